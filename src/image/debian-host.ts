import { statfsSync } from 'node:fs';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { findTool } from '../host/find-tool.ts';
import { installCommand } from '../host/package-manager.ts';
import { checkPrivateRoot } from '../host/private-root.ts';

/** The programs that build a Debian, and the line of share/packages by which each is installed. */
const tools = {
  mmdebstrap: 'mmdebstrap',
  setpriv: 'flock',
  unshare: 'flock',
  sfdisk: 'fdisk',
  mformat: 'mtools',
  mke2fs: 'e2fsprogs',
  'qemu-img': 'qemu-img',
};

/** Of the programs that build a Debian those that this host lacks, each with its line of share/packages. */
export function lackingForDebian(): { tool: string; need: string }[] {
  const needed = { ...tools, ...(process.getuid?.() !== 0 && { newuidmap: 'uidmap' }) };
  return Object.entries(needed)
    .filter(([tool]) => !findTool(tool))
    .map(([tool, need]) => ({ tool, need }));
}

/** Bytes that the tree of the system, its packages and its disk take while they are made. */
const room = 2 * 2 ** 30;

/**
 * Looks whether a Debian can be built in `directory`, before anything is begun.
 * @throws `tool-missing`, `subuids-missing`, `space-short`, `command-failed`
 */
export async function checkDebianHost(scope: Scope, directory: string): Promise<void> {
  const [lacking] = lackingForDebian();
  if (lacking) {
    const { tool, need } = lacking;
    const purpose = 'to build Debian images';
    throw new VivariumError('tool-missing', { tool, purpose, install: installCommand(need) });
  }
  const { bavail, bsize } = statfsSync(directory);
  const free = bavail * bsize;
  if (free < room) {
    const doing = 'Building a Debian image';
    throw new VivariumError('space-short', { path: directory, doing, needed: room, free });
  }
  await checkPrivateRoot(scope);
}
