import { basename } from 'node:path';
import { VivariumError } from '../../base/errors.ts';
import { quoteWord } from '../../base/quote-word.ts';
import type { Scope } from '../../base/scope.ts';
import type { CpioEntry } from '../cpio.ts';
import { treeEntries } from '../initramfs/tree-entries.ts';
import type { Additions } from './additions.ts';
import { textFile } from './job-files.ts';
import { type Layout, placeIn } from './layout.ts';

/** What is injected, to be taken along to the new root: see guest/live/leave and guest/live/place. */
export function entriesOnTheWay(scope: Scope, { inject }: Additions): CpioEntry[] {
  const lines: string[] = [];
  const entries = inject.flatMap(({ from, to, exclude = [] }, index) => {
    // A file keeps its name, for it may be put into a directory that is there.
    const path = `${index}/${basename(from)}`;
    lines.push(`place ${quoteWord(path)} ${quoteWord(to)}\n`);
    return [...treeEntries(scope, from, { at: `vivarium/inject/${path}`, exclude, times: 'keep' })];
  });
  return lines.length > 0 ? [...entries, textFile('vivarium/inject/list', lines.join(''))] : [];
}

/** The programs by which an initramfs leaves for the root that it has found. */
const programs = ['switch_root', 'run-init'];

/** Whether an initramfs stays the root: its first process is a script that has no word of leaving, as an installer's. */
export function staysRoot(layout: Layout): boolean {
  const script = firstScript(layout);
  return script !== undefined && !/\b(?:switch_root|run-init)\b/.test(script);
}

/**
 * Entries that have guest/live/leave called when an initramfs of somebody else's leaves for the new root.
 * @param file the initramfs, named in errors
 * @throws `initrd-unfit` where its first process is a program, systemd for one, of which nothing is known
 */
export function leavingEntries(layout: Layout, file: string): CpioEntry[] {
  const path = placeIn(layout, 'init', true);
  const script = firstScript(layout);
  if (script === undefined) {
    throw new VivariumError('initrd-unfit', { file, problem: `its first process, ${path}, is no script` });
  }
  const replaced = ['sbin', 'usr/sbin', 'bin', 'usr/bin'].flatMap((directory) =>
    programs
      .filter((name) => layout.kinds.has(`${directory}/${name}`))
      .map((name): CpioEntry => {
        return { kind: 'symlink', path: `${directory}/${name}`, target: `/vivarium/${name}` };
      }),
  );
  // A shell of busybox has these programs in itself, and looks for no file of a bare name.
  const patched = script.replaceAll(/\bexec[ \t]+(switch_root|run-init)\b/g, 'exec /vivarium/$1');
  if (patched === script) return replaced;
  return [...replaced, { kind: 'file', path, mode: 0o755, content: Buffer.from(patched) }];
}

const firstScript = (layout: Layout): string | undefined => layout.scripts.get(placeIn(layout, 'init', true));
