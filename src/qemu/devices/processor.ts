import type { Accelerator } from '../accelerator.ts';

export function accelerator(name: Accelerator): string[] {
  return ['-accel', name];
}

/** The CPU model, where none is asked for: the host's own under KVM, else all that TCG can do. */
export function processor(name: Accelerator, model: string | undefined): string[] {
  return ['-cpu', model ?? (name === 'kvm' ? 'host' : 'max')];
}

export function processors(count: number): string[] {
  return ['-smp', String(count)];
}
