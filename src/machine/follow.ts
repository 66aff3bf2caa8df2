import { watch } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileOf } from './files.ts';
import { type LogPlace, readLogSince } from './log-file.ts';
import type { Machine } from './machine.ts';

/** Bytes that are read at once, however far behind the reader is. */
const portion = 65_536;

/** Milliseconds between two looks at a log to which something is written. */
const pace = 4;

/** Milliseconds of silence after which one waits to be told of more. */
const calm = 60;

/** Milliseconds after which the log is looked at again even where the kernel has told of no change. */
const interval = 250;

/**
 * What is written to a machine's log after a place, as it comes, until `signal` aborts or `ended` says so while
 * nothing is left to read. A guest writes byte by byte, and to be told of each costs far more than to read them: so
 * one is told of the first, and then looks by oneself until it falls silent.
 */
export async function* followLog(
  machine: Machine,
  from: LogPlace,
  signal: AbortSignal,
  ended: () => boolean = () => false,
): AsyncGenerator<Buffer> {
  let spoke = Number.NEGATIVE_INFINITY;
  let silent = true;
  for (let place = from; !signal.aborted; ) {
    using change = performance.now() - spoke > calm ? nextChange(machine, signal) : undefined;
    const over = silent && ended(); // asked before the last look
    const { bytes, end } = readLogSince(machine, place, portion);
    place = end;
    silent = bytes.length === 0;
    if (!silent) {
      spoke = performance.now();
      yield bytes;
    } else if (over) return;
    if (bytes.length < portion) await (silent && change ? change.come : pause(pace));
  }
}

/** Whatever is written from now on; also `signal`, and some time. */
function nextChange(machine: Machine, signal: AbortSignal): Disposable & { come: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = () => resolve();
  const watcher = watch(fileOf(machine, 'log'), wake).on('error', wake);
  const timer = setTimeout(wake, interval);
  signal.addEventListener('abort', wake);
  return {
    come: promise,
    [Symbol.dispose]: () => {
      signal.removeEventListener('abort', wake);
      clearTimeout(timer);
      watcher.close();
    },
  };
}
