import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../base/errors.ts';
import type { GuestFile } from '../boot/guest-files.ts';
import { stageFiles, type TreeFile } from './tree-files.ts';

/** What guest/debian/configure.sh puts into a tree, and does in it. */
export interface Stage {
  /** The files of guest/debian. */
  guest: readonly GuestFile[];
  /** Files of the recipe. */
  files: readonly TreeFile[];
  /** Commands of the recipe. */
  commands: readonly string[];
}

/** Lays out what guest/debian/on-installed.sh shows to the tree under /mnt. */
export async function writeStage(directory: string, { guest, files, commands }: Stage): Promise<void> {
  await mkdir(directory, { recursive: true });
  await stageFiles(directory, [...guestPart(guest, 'root').map(ours), ...files]);
  for (const { path, content } of guest) {
    if (!path.includes('/')) await writeFile(join(directory, path), content);
  }
  await writeFile(join(directory, 'commands'), commands.map((command) => `${command}\n`).join(''));
  await copyResolvConf(join(directory, 'resolv.conf'));
}

/** The files below one of the directories of guest/debian, as they are named there. */
export function guestPart(guest: readonly GuestFile[], directory: string): GuestFile[] {
  return guest
    .filter(({ path }) => path.startsWith(`${directory}/`))
    .map(({ path, content }) => ({ path: path.slice(directory.length + 1), content }));
}

function ours({ path, content }: GuestFile): TreeFile {
  const script = content.subarray(0, 2).toString() === '#!';
  return { kind: 'file', path: `/${path}`, mode: script ? 0o755 : 0o644, content };
}

/** By which the recipe's commands find servers; a host that has none has no network for them. */
async function copyResolvConf(to: string): Promise<void> {
  try {
    await copyFile('/etc/resolv.conf', to);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    await writeFile(to, '');
  }
}
