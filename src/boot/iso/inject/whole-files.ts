import { VivariumError } from '../../../base/errors.ts';
import type { CpioEntry } from '../../cpio.ts';

/** An entry for a format in which the first name of a file has its content, and further ones only name that. */
export interface WholeEntry {
  entry: CpioEntry;
  /** For a further name of a file: its first one. */
  sameAs?: CpioEntry;
}

/**
 * In an archive of cpio the last name has the content: that comes first, and the others behind it.
 * @throws `entry-unfit` where names of a file are missing, as something else is in their place
 */
export function* wholeFiles(entries: Iterable<CpioEntry>): Generator<WholeEntry> {
  const held = new Map<object, CpioEntry[]>();
  for (const entry of entries) {
    const link = entry.kind === 'file' ? entry.hardLink : undefined;
    if (!link) {
      yield { entry };
      continue;
    }
    const names = [...(held.get(link) ?? []), entry];
    held.set(link, names);
    if (names.length < link.count) continue;
    yield { entry };
    for (const name of names.slice(0, -1)) yield { entry: name, sameAs: entry };
    held.delete(link);
  }
  for (const [entry] of held.values()) {
    const problem = 'something else is injected in the place of another name of that file';
    if (entry) throw new VivariumError('entry-unfit', { path: entry.path, problem });
  }
}
