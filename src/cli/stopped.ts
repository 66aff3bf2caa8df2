import { roundDuration } from '../base/durations.ts';
import type { StopReport } from '../protocol/views.ts';

/** The last rung of the ladder tells how it ended. */
export function stoppedLine({ name, steps }: StopReport): string {
  const last = steps.at(-1);
  if (!last) return `${name} is down.`;
  const how = { powerdown: 'has powered off', quit: 'was ended: QEMU was told to quit', kill: 'was killed' }[
    last.step
  ];
  const rungs = steps.map(({ step, at }) => `${step} at ${roundDuration(at)}`).join(', ');
  return `${name} ${how} (${rungs}).`;
}
