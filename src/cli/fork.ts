import { roundDuration } from '../base/durations.ts';
import { formatForward } from '../protocol/forward.ts';
import type { Fork } from '../protocol/views.ts';
import { show } from './command.ts';

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
  ({ from, forks, pause }) => {
    const stood = pause ? [`${from} stood still for ${roundDuration(pause)}.`] : [];
    return [...forks.map(line), ...stood, `Sit at it: vm console ${forks[0]?.name}`].join('\n');
  },
);

function line({ name, pid, forwards, took }: Fork): string {
  const ports = forwards.length === 0 ? '' : `, ports ${forwards.map(formatForward).join(' ')}`;
  return `${name} goes on (pid ${pid}, after ${roundDuration(took)}${ports}).`;
}
