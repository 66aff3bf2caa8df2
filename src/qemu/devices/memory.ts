import { option } from '../option.ts';

/** The name of main memory, which is also QEMU's own for a pc: a saved state finds its memory by it. */
export const mainMemory = 'pc.ram';

/** Main memory; `bytes` is a whole number of MiB. */
export function memory(bytes: number): string[] {
  return ['-m', mebibytes(bytes)];
}

/**
 * Has main memory in a file of QEMU's own that goes with it (memfd): whoever may look at the process can copy it as
 * it is at one instant. It takes no more than the guest has touched.
 */
export function openMemory(bytes: number): string[] {
  return backed(option('memory-backend-memfd', { id: mainMemory, size: mebibytes(bytes), share: true }));
}

/** Has what is in a file as main memory; what the guest writes is QEMU's alone, the file is never changed. */
export function memoryFrom(file: string, bytes: number): string[] {
  const backend = { id: mainMemory, size: mebibytes(bytes), 'mem-path': file, share: false };
  return backed(option('memory-backend-file', backend));
}

const mebibytes = (bytes: number) => `${bytes / 2 ** 20}M`;

/** QEMU joins several -machine, so that this one goes with whatever board was chosen. */
const backed = (backend: string) => [
  '-object',
  backend,
  '-machine',
  option('', { 'memory-backend': mainMemory }),
];
