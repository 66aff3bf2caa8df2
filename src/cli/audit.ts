import { roundDuration } from '../base/durations.ts';
import { show } from './command.ts';
import { table } from './output.ts';
import { localTime } from './snapshot-list.ts';

const headings = ['TIME', 'WHO', 'FROM', 'OPERATION', 'ABOUT', 'RESULT', 'TOOK'];

export default show(
  ({ engine, values, scope }) => engine.host.audit(values, scope),
  (entries) =>
    entries.length === 0
      ? 'Nothing is written down: it is what others do by way of vmd, and what is done at its socket.'
      : table(
          headings,
          entries.map(({ time, who, from, operation, subject = '-', result, took }) => [
            localTime(time),
            who,
            from,
            operation,
            subject,
            result,
            roundDuration(took),
          ]),
        ),
);
