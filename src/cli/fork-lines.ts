import { roundDuration } from '../base/durations.ts';
import { formatForward } from '../protocol/forward.ts';
import type { Fork } from '../protocol/views.ts';

/** How new machines go on, a line each, and what to do next. @param more lines before the last */
export function forkLines(forks: readonly Fork[], more: readonly string[] = []): string {
  return [...forks.map(line), ...more, `Sit at it: vm console ${forks[0]?.name}`].join('\n');
}

function line({ name, pid, forwards, took }: Fork): string {
  const ports = forwards.length === 0 ? '' : `, ports ${forwards.map(formatForward).join(' ')}`;
  return `${name} goes on (pid ${pid}, after ${roundDuration(took)}${ports}).`;
}
