import { roundDuration } from '../base/durations.ts';
import { show } from './command.ts';
import { forkLines } from './fork-lines.ts';

export default show(
  ({ engine, values, scope }) =>
    engine.machine.fork(
      {
        from: values.from,
        names: values.names,
        count: values.count,
        name: values.name,
        identity: values.identity,
        ephemeral: values.ephemeral,
      },
      scope,
    ),
  ({ from, forks, pause }) =>
    forkLines(forks, pause ? [`${from} stood still for ${roundDuration(pause)}.`] : []),
);
