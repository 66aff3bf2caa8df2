import { StringDecoder } from 'node:string_decoder';
import { printable } from '../base/printable.ts';
import type { Scope } from '../base/scope.ts';
import { followLog } from './follow.ts';
import { readLogTail } from './log-file.ts';
import type { Machine } from './machine.ts';

/**
 * What the console and QEMU have said, made harmless for a terminal; `lines` of it, or all that is kept, and with
 * `follow` what comes.
 */
export async function* logs(
  scope: Scope,
  machine: Machine,
  { lines, follow = false }: { lines?: number | undefined; follow?: boolean | undefined },
): AsyncGenerator<string> {
  // A line of a console is seldom longer than this; of 2 GiB nobody wants more than the last part.
  const limit = lines === undefined ? 64 * 2 ** 20 : Math.max(2 ** 16, lines * 1024);
  const { bytes, end } = readLogTail(machine, limit);
  const text = printable(bytes.toString());
  const kept = lines === undefined ? text : lastOf(text, lines);
  if (kept !== '') yield kept;
  if (!follow) return;
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const more of followLog(machine, end, scope.signal)) {
    const text = rest + decoder.write(more);
    const whole = text.length - unfinished(text);
    rest = text.slice(whole);
    yield printable(text.slice(0, whole));
  }
}

/** How much of the end is an escape sequence that is still being written. */
function unfinished(text: string): number {
  const length = /\u001b(?:\[[0-?]*[ -/]*|[\]PX^_][^\u0007\u001b]*)?$/.exec(text)?.[0].length ?? 0;
  return length < 256 ? length : 0;
}

function lastOf(text: string, lines: number): string {
  if (lines === 0) return '';
  const all = text.split('\n');
  const ended = all.at(-1) === '' ? 1 : 0;
  return all.slice(-lines - ended).join('\n');
}
