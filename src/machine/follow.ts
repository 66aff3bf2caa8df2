import { watch } from 'node:fs';
import { fileOf } from './files.ts';
import { type LogPlace, readLogSince } from './log-file.ts';
import type { Machine } from './machine.ts';

/** Bytes that are read at once, however far behind the reader is. */
const portion = 65_536;

/** Milliseconds after which the log is looked at again even where the kernel has told of no change. */
const interval = 250;

/**
 * What is written to a machine's log after a place, as it comes, until `signal` aborts or `ended` says so while
 * nothing is left to read.
 */
export async function* followLog(
  machine: Machine,
  from: LogPlace,
  signal: AbortSignal,
  ended: () => boolean = () => false,
): AsyncGenerator<Buffer> {
  let wake = () => {};
  const watcher = watch(fileOf(machine, 'log'), () => wake());
  watcher.on('error', () => wake());
  const abort = () => wake();
  signal.addEventListener('abort', abort);
  try {
    for (let place = from; !signal.aborted; ) {
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const over = ended();
      const { bytes, end } = readLogSince(machine, place, portion);
      place = end;
      if (bytes.length > 0) {
        yield bytes;
        continue;
      }
      if (over) return;
      const timer = setTimeout(() => wake(), interval);
      await changed;
      clearTimeout(timer);
    }
  } finally {
    signal.removeEventListener('abort', abort);
    watcher.close();
  }
}
