import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { quoteWord } from '../../base/quote-word.ts';
import type { Scope } from '../../base/scope.ts';
import { findBusybox } from '../busybox.ts';
import { withParents } from '../busybox-initramfs.ts';
import { type CpioEntry, cpio } from '../cpio.ts';
import type { Additions } from './additions.ts';
import { jobFiles, textFile } from './job-files.ts';
import { jobModules, type LiveKernel, liveModules, moduleEntries } from './live-kernel.ts';
import { entriesOnTheWay } from './on-the-way.ts';
import { ownFiles } from './own-files.ts';
import { endWords } from './segment.ts';

/** Where the guest's root is. */
export type LiveRoot =
  /** A directory of the host, shared by 9p under the tag `vivarium.root`; `write` to write to it. */
  | { kind: 'share'; write?: boolean }
  /**
   * A file on a CD or a disk, which stays mounted at `place`; `layers` where it is one of several that are laid over
   * one another, all of them from the lowest up.
   */
  | { kind: 'medium'; path: string; format: 'squashfs' | 'erofs'; layers?: string[]; place?: string };

export interface LiveInitrdRequest {
  /** The file to write. */
  to: string;
  /** Undefined where all that is needed is part of the kernel, as nothing else is known of it. */
  kernel: LiveKernel | undefined;
  root: LiveRoot;
  additions: Additions;
}

/**
 * Writes an initramfs of busybox, modules and guest/live that finds the root, puts a layer over it that takes what is
 * written, and goes there. A share `vivarium.modules` is mounted where the new root has its kernel's modules.
 * @returns words for the kernel's command line
 * @throws `kernel-unfit` where the kernel lacks what it needs, `tool-missing`, `file-missing`, `kernel-unreadable`
 */
export async function writeLiveInitrd(
  scope: Scope,
  { to, kernel, root, additions }: LiveInitrdRequest,
): Promise<{ append: string[] }> {
  const busybox = await findBusybox(scope, 'to find the root in a live guest');
  const modules = kernel ? await moduleEntries(scope, kernel, modulesFor(root), neededFor(root)) : [];
  const directories = ['dev', 'proc', 'sys', 'live', 'root'];
  const entries: CpioEntry[] = [
    ...directories.map((path): CpioEntry => ({ kind: 'directory', path, mode: 0o755 })),
    ...ownFiles(busybox),
    // The kernel calls it where it wants a module.
    { kind: 'symlink', path: 'sbin/modprobe', target: '/vivarium/bin/modprobe' },
    ...modules,
    textFile('vivarium/root', rootText(root)),
    ...jobFiles(additions),
    ...entriesOnTheWay(scope, additions),
  ];
  await pipeline(cpio(withParents(entries)), createWriteStream(to));
  return { append: ['rdinit=/vivarium/init', ...endWords(additions)] };
}

/** A guest takes its time for each megabyte. */
const modulesFor = ({ kind }: LiveRoot): string[] => (kind === 'share' ? jobModules : liveModules);

const neededFor = (root: LiveRoot): string[] =>
  root.kind === 'share'
    ? ['virtio_pci', '9pnet_virtio', '9p', 'overlay']
    : ['loop', 'isofs', 'overlay', root.format];

/** The text of /vivarium/root, lines of sh: see guest/live/init. */
function rootText(root: LiveRoot): string {
  if (root.kind === 'share') return `kind=share\nwrite=${root.write ? 'yes' : ''}\n`;
  const { path, format, layers = [path], place = '/run/live/medium' } = root;
  const lines = [
    ...['kind=medium', `path=${quoteWord(path)}`, `layers=${quoteWord(layers.join('\n'))}`],
    ...[`format=${format}`, `place=${quoteWord(place)}`, ''],
  ];
  return lines.join('\n');
}
