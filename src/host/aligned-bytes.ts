/** TypeScript knows it of browsers alone. */
declare const WebAssembly: { Memory: new (size: { initial: number }) => { buffer: ArrayBuffer } };

const page = 2 ** 16;

/**
 * Bytes, all zero, that begin on a page: what O_DIRECT reads and writes (open(2), NOTES). Node's buffers begin
 * anywhere; the memory of WebAssembly, which needs no program, does on a page.
 * @param length is rounded up to whole 64 KiB
 */
export function alignedBytes(length: number): Uint8Array {
  return new Uint8Array(new WebAssembly.Memory({ initial: Math.ceil(length / page) }).buffer);
}
