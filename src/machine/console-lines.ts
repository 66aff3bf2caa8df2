import { StringDecoder } from 'node:string_decoder';
import { cutLines } from '../base/cut-lines.ts';
import { lastRunOf } from './last-run.ts';
import { readLogSince, readLogTail } from './log-file.ts';
import type { Machine } from './machine.ts';

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
  const cut = cutLines();
  return () => {
    const since = readLogSince(machine, end);
    const lines = cut(text + decoder.write(since.bytes));
    text = '';
    end = since.end;
    return lines;
  };
}
