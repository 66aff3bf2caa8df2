import { roundDuration } from '../base/durations.ts';
import type { MachineView } from '../protocol/views.ts';
import { styled } from './output.ts';

/** A state's name in its colour. */
export function paintState(state: string): string {
  if (state === 'running') return styled('green', state);
  if (state === 'failed' || state === 'broken') return styled('red', state);
  if (state === 'paused' || state === 'starting' || state === 'stopping') return styled('yellow', state);
  if (state === 'suspended') return styled('cyan', state);
  return state;
}

/** How a machine is, in one line. */
export function stateLine({ name, state, pid, uptime, reason }: MachineView): string {
  const process =
    pid === undefined ? '' : ` (pid ${pid}${uptime === undefined ? '' : `, for ${roundDuration(uptime)}`})`;
  return `${name}: ${paintState(state)}${process}${reason ? `: ${reason}` : ''}`;
}
