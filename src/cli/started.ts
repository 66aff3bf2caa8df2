import { roundDuration } from '../base/durations.ts';
import type { StartReport } from '../protocol/views.ts';

export function startedLine({ name, pid, accelerator, resumed, took }: StartReport): string {
  const with_ = accelerator ? ` with ${accelerator.name}` : '';
  return `${name} ${resumed ? 'goes on' : 'runs'}${with_} (pid ${pid}, up in ${roundDuration(took)}). Sit at it: vm console ${name}`;
}
