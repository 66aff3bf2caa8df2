import type { Accelerator } from '../accelerator.ts';

export function accelerator(name: Accelerator): string[] {
  return ['-accel', name];
}

/**
 * All that TCG can do, but for ERMS: a guest that sees it copies and clears memory by `rep movsb` and `rep stosb`,
 * which TCG does byte by byte. A Debian boots with an eighth less work without it.
 */
const emulated = 'max,-erms';

/** The CPU model, where none is asked for: the host's own under KVM, else what TCG does best. */
export function processor(name: Accelerator, model: string | undefined): string[] {
  return ['-cpu', model ?? (name === 'kvm' ? 'host' : emulated)];
}

export function processors(count: number): string[] {
  return ['-smp', String(count)];
}
