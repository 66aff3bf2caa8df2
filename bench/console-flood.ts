import type { Bench } from './bench.ts';

/** What a guest's shell is asked to print, and how many bytes that is at least. */
const last = 20_000;
export const floodBytes = 128_894;
const command = `clear; seq 1 ${last}; echo ebb''-tide\n`;
const end = 'ebb-tide\r\n';

/** Milliseconds until a guest that prints no end counts as dead. */
const patience = 120_000;

/** Reads what a guest prints until the flood has ended. */
export async function readFlood(bench: Bench, output: AsyncIterable<Uint8Array>): Promise<void> {
  const began = performance.now();
  let tail = '';
  for await (const bytes of output) {
    tail = (tail + Buffer.from(bytes).toString('latin1')).slice(-4096);
    if (tail.includes(end)) return;
    bench.signal.throwIfAborted();
    if (performance.now() - began > patience) break;
  }
  throw new Error(`the guest did not end what it was to print; last came:\n${tail.slice(-500)}`);
}

/** Has a guest print much. @returns the milliseconds until all of it has come */
export async function clockFlood(
  bench: Bench,
  write: (bytes: Uint8Array) => unknown,
  output: AsyncIterable<Uint8Array>,
): Promise<number> {
  const began = performance.now();
  await write(Buffer.from(command));
  await readFlood(bench, output);
  return performance.now() - began;
}
