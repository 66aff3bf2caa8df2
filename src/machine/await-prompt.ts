import type { Scope } from '../base/scope.ts';
import { consoleLines } from './console-lines.ts';
import { lastWords, watchEnd } from './end-watch.ts';
import { logEnd } from './log-file.ts';
import type { Machine } from './machine.ts';
import { waitsAfter } from './prompt.ts';

/** Milliseconds for which a console has to be silent behind its prompt. */
const silence = 1000;

/** Milliseconds between two looks. */
const interval = 50;

/** Milliseconds until a guest that is still not there counts as one that never will be. */
const patience = 300_000;

/**
 * Waits until a guest's console waits for somebody: it has shown a login or a prompt, and then fallen silent.
 * @param hint what to do about one that does not
 * @throws `timeout` with what it said last; `machine-ended`
 */
export async function awaitPrompt(scope: Scope, machine: Machine, hint: string): Promise<void> {
  const stillRuns = watchEnd(machine);
  const news = consoleLines(machine);
  let end = { inode: 0, offset: 0 };
  let since = performance.now();
  let waits = false;
  const look = () => {
    stillRuns();
    const now = logEnd(machine);
    if (now.inode !== end.inode || now.offset !== end.offset) since = performance.now();
    end = now;
    waits = waitsAfter(waits, news());
    return (waits && performance.now() - since >= silence) || undefined;
  };
  const awaited = `a prompt or login at the console of ${machine.name}, and silence behind it`;
  await scope.until(look, () => ({ awaited, lines: lastWords(machine), hint }), {
    within: patience,
    every: interval,
  });
}
