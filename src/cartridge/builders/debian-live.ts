import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Scope } from '../../base/scope.ts';
import { findBusybox } from '../../boot/busybox.ts';
import { runAsPrivateRoot } from '../../host/private-root.ts';
import { removeDirectory } from '../../host/remove-directory.ts';
import { runTool } from '../../host/run-tool.ts';
import { checkDebianHost, liveNeeds } from '../../image/debian-host.ts';
import { writeStage } from '../../image/debian-stage.ts';
import { installDebian } from '../../image/debian-tree.ts';
import type { DebianLiveOptions } from '../../protocol/cartridge-spec.ts';
import type { BuildLog } from '../build-log.ts';
import type { Injection } from '../injections.ts';
import { grubMenu } from './grub-menu.ts';
import { writeInjected } from './injected.ts';
import { liveAppend, liveFiles, liveSystem } from './live-system.ts';

export interface LiveRequest {
  name: string;
  options: DebianLiveOptions;
  /** Holds the tree of the system meanwhile, and is gone at the end. */
  work: string;
  /** Packages that were downloaded for an earlier build. */
  cache: string;
  /** The ISO that is made. */
  iso: string;
  /** What the cartridge puts into its system. */
  inject: Injection[];
  env: Record<string, string>;
}

/**
 * Builds a live Debian on an ISO that boots by BIOS and by UEFI, as root or as an ordinary user with subordinate
 * ids. The root file system is a squashfs, above which live-boot puts memory. Nothing is mounted that this process
 * could leave behind.
 * @throws `parameter-invalid` for an unknown release, `tool-missing`, `subuids-missing`, `space-short`,
 * `command-failed`, `disk-full`
 */
export async function buildDebianLive(scope: Scope, request: LiveRequest, log: BuildLog): Promise<void> {
  const { name, options, work, cache, iso } = request;
  const { release, packages } = liveSystem(options);
  await removeDirectory(work);
  for (const directory of [work, cache, dirname(iso)]) await mkdir(directory, { recursive: true });
  await checkDebianHost(scope, work, liveNeeds);
  const [tree, stage] = [join(work, 'tree'), join(work, 'stage')];
  await writeStage(stage, { guest: liveFiles(), files: [], commands: options.commands });
  if (request.inject.length > 0 || Object.keys(request.env).length > 0) {
    const { content } = await findBusybox(scope, 'to unpack what is injected');
    await writeFile(join(stage, 'busybox'), content, { mode: 0o755 });
    await writeInjected(scope, request, join(stage, 'injected.cpio'));
  }
  await installDebian(scope, {
    ...{ suite: release, packages, mirror: options.mirror, stage, tree, cache },
    settings: { hostname: options.hostname ?? name, user: options.user },
    ...{ log: log.file, onLine: log.line },
  });
  const content = join(stage, 'iso');
  await packRoot(scope, tree, join(content, 'live/filesystem.squashfs'), { options, log });
  const menu = grubMenu({ title: name, append: liveAppend(options) });
  await mkdir(join(content, 'boot/grub'), { recursive: true });
  await writeFile(join(content, 'boot/grub/grub.cfg'), menu);
  await writeIso(scope, content, iso, { label: options.label ?? labelOf(name), log });
  await removeDirectory(work);
}

async function packRoot(
  scope: Scope,
  tree: string,
  to: string,
  { options: { compression }, log }: { options: DebianLiveOptions; log: BuildLog },
): Promise<void> {
  const doing = 'Packing the root file system';
  scope.step(doing);
  const how = ['-comp', 'zstd', '-Xcompression-level', String(compression), '-noappend', '-no-progress'];
  const options = { doing, writes: to, onLine: log.line };
  await runAsPrivateRoot(scope, 'mksquashfs', [tree, to, ...how, '-quiet'], options);
}

/** The ISO of before stays until the new one is whole. */
async function writeIso(
  scope: Scope,
  content: string,
  to: string,
  { label, log }: { label: string; log: BuildLog },
): Promise<void> {
  const doing = 'Writing the ISO';
  scope.step(doing);
  const written = join(dirname(to), `.${basename(to)}.part`);
  const little = ['--locales=', '--themes=', '--fonts='];
  const options = { doing, writes: written, onLine: log.line };
  try {
    await runTool(
      scope,
      'grub-mkrescue',
      ['-o', written, ...little, content, '--', '-volid', label],
      options,
    );
    await rename(written, to);
  } finally {
    await rm(written, { force: true });
  }
}

/** A volume label as ISO 9660 wants it (ECMA-119, 8.4.9): capitals, digits and _, 32 at most. */
export const labelOf = (name: string): string =>
  name
    .toUpperCase()
    .replaceAll(/[^A-Z0-9_]/g, '_')
    .slice(0, 32);
