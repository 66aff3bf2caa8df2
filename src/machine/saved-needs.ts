import { isOlder } from '../base/versions.ts';
import type { Saved } from './saved.ts';

/** Options of QEMU by which a machine and its fork may differ: names, and what only a boot reads. */
const beside = ['-name', '-append', '-kernel', '-initrd', '-display', '-vnc', '-incoming'];

/** What keeps a machine that would be started so from going on from a saved state, as a clause; or nothing. */
export function unmetNeed(
  then: Pick<Saved, 'accelerator' | 'argv'>,
  now: Pick<Saved, 'accelerator' | 'argv'>,
): string | undefined {
  if (now.accelerator !== then.accelerator)
    return `it was saved with the accelerator ${then.accelerator}, and would go on with ${now.accelerator}`;
  const difference = firstDifference(then.argv, now.argv);
  return difference && `its command line has ${difference.now}, and was saved with ${difference.before}`;
}

/** The same of the QEMU that is to take the state up. */
export function unfitVersion(then: Pick<Saved, 'qemu'>, now: string): string | undefined {
  if (!isOlder(now, then.qemu)) return undefined;
  return `it was saved by QEMU ${then.qemu}, and the QEMU here is ${now}, which is older`;
}

/** The first place where two command lines make different machines. Pure. */
export function firstDifference(
  then: readonly string[],
  now: readonly string[],
): { before: string; now: string } | undefined {
  const [before, after] = [options(then), options(now)];
  const at = Math.max(before.length, after.length);
  for (let index = 0; index < at; index++) {
    const [one, other] = [before[index] ?? 'nothing more', after[index] ?? 'nothing more'];
    if (one !== other) return { before: one, now: other };
  }
  return undefined;
}

/** The options of a command line with their values, without what may differ. */
function options(argv: readonly string[]): string[] {
  const found: string[][] = [];
  for (const word of argv) {
    if (word.startsWith('-') || found.length === 0) found.push([word]);
    else found.at(-1)?.push(word);
  }
  return found.flatMap((words) => {
    const [option = '', value = ''] = words;
    const isMemory = option === '-object' && value.startsWith('memory-backend-');
    const isBoard = option === '-machine' && /^(?:type|memory-backend)=/.test(value);
    if (beside.includes(option) || isMemory || isBoard) return [];
    return [words.join(' ').replaceAll(/,hostfwd=[^,]*/g, '')];
  });
}
