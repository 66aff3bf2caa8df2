import { join } from 'node:path';
import { awaitText } from './await-text.ts';
import type { Bench } from './bench.ts';
import { followFile } from './follow-file.ts';

/** What a guest prints where a shell of root waits for commands. */
const prompt = 'root@';

/**
 * Waits until a guest has come up to a shell, or has said something else.
 * @param log of what it says at its console
 * @param from where in that to begin
 */
export async function awaitPrompt(
  bench: Bench,
  log: string,
  from: 'end' | 'beginning' = 'beginning',
  text = prompt,
): Promise<void> {
  using followed = followFile(log, from);
  await awaitText(text, followed.news, () => true, bench.signal);
}

/** Where a machine of ours has what its guest says. */
export const logOf = (bench: Bench, name: string): string => join(bench.vmdir, name, 'log/current');
