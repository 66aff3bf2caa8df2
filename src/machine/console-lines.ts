import { StringDecoder } from 'node:string_decoder';
import { printable } from '../base/printable.ts';
import { lastRunOf } from './last-run.ts';
import { readLogSince, readLogTail } from './log-file.ts';
import type { Machine } from './machine.ts';

/** Characters of a line that are looked at: the last ones of one that is longer. */
const longest = 4096;

/** Bytes of the log that are looked at to begin with. */
const kept = 16 * 2 ** 20;

/**
 * Reads what a machine's console has said since its last start, and then what it says. Each call returns the lines
 * that are new, `printable`; the last one is still being written.
 */
export function consoleLines(machine: Machine): () => string[] {
  const tail = readLogTail(machine, kept);
  let { end } = tail;
  const decoder = new StringDecoder('utf8');
  let text = lastRunOf(decoder.write(tail.bytes));
  let rest = '';
  return () => {
    const since = readLogSince(machine, end);
    const lines = (rest + text + decoder.write(since.bytes)).split('\n');
    rest = (lines.at(-1) ?? '').slice(-longest);
    text = '';
    end = since.end;
    return lines.map((line) => printable(line.slice(-longest)));
  };
}
