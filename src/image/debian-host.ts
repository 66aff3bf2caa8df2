import { existsSync, statfsSync } from 'node:fs';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { findTool } from '../host/find-tool.ts';
import { installCommand } from '../host/package-manager.ts';
import { checkPrivateRoot } from '../host/private-root.ts';

/** What a build of a Debian takes of the host. */
export interface DebianNeeds {
  /** `to build Debian images` */
  purpose: string;
  /** Programs and files, and the line of share/packages by which each is installed. */
  tools: Record<string, string>;
  /** Bytes that the tree of the system, its packages and what is made of it take meanwhile. */
  room: number;
}

/** What installs a Debian into a directory. */
const treeTools = { mmdebstrap: 'mmdebstrap', setpriv: 'flock', unshare: 'flock' };

export const imageNeeds: DebianNeeds = {
  purpose: 'to build Debian images',
  tools: { ...treeTools, sfdisk: 'fdisk', mformat: 'mtools', mke2fs: 'e2fsprogs', 'qemu-img': 'qemu-img' },
  room: 2 * 2 ** 30,
};

export const liveNeeds: DebianNeeds = {
  purpose: 'to build live ISOs',
  tools: {
    ...treeTools,
    mksquashfs: 'squashfs',
    xorriso: 'xorriso',
    mformat: 'mtools',
    'grub-mkrescue': 'grub',
    '/usr/lib/grub/i386-pc/moddep.lst': 'grub-bios',
    '/usr/lib/grub/x86_64-efi/moddep.lst': 'grub-uefi',
  },
  room: 3 * 2 ** 30,
};

/** Of the programs that build a Debian those that this host lacks, each with its line of share/packages. */
export function lackingForDebian({ tools }: DebianNeeds): { tool: string; need: string }[] {
  const needed = { ...tools, ...(process.getuid?.() !== 0 && { newuidmap: 'uidmap' }) };
  return Object.entries(needed)
    .filter(([tool]) => !(tool.startsWith('/') ? existsSync(tool) : findTool(tool)))
    .map(([tool, need]) => ({ tool, need }));
}

/**
 * Looks whether a Debian can be built in `directory`, before anything is begun.
 * @throws `tool-missing`, `subuids-missing`, `space-short`, `command-failed`
 */
export async function checkDebianHost(scope: Scope, directory: string, needs: DebianNeeds): Promise<void> {
  const { purpose, room } = needs;
  const [lacking] = lackingForDebian(needs);
  if (lacking) {
    const { tool, need } = lacking;
    throw new VivariumError('tool-missing', { tool, purpose, install: installCommand(need) });
  }
  const { bavail, bsize } = statfsSync(directory);
  const free = bavail * bsize;
  if (free < room) {
    const doing = purpose.replace('to build', 'Building');
    throw new VivariumError('space-short', { path: directory, doing, needed: room, free });
  }
  await checkPrivateRoot(scope);
}
