import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Undo } from '../../src/base/undo.ts';
import { usualKernel } from '../../src/boot/usual-kernel.ts';
import { temporaryName } from '../../src/host/atomic-file.ts';
import { lock } from '../../src/host/lock.ts';
import { runAsPrivateRoot } from '../../src/host/private-root.ts';
import { usualRelease } from '../../src/image/debian-releases.ts';
import { Scope } from '../../src/index.ts';
import { sharedHome } from './place.ts';

/** How long a suite's first hook may take where the tree has to be installed first. */
export const treePatience = 300_000;

/** A directory with Debian's smallest system, without a kernel: installed once, and never to be written to. */
export async function debianTree(): Promise<string> {
  const trees = join(sharedHome, 'trees');
  const tree = join(trees, usualRelease);
  mkdirSync(trees, { recursive: true });
  using _held = await lock(trees, { wait: treePatience });
  if (existsSync(tree)) return tree;
  await using undo = new Undo();
  const draft = temporaryName(tree);
  undo.push(() => rmSync(draft, { recursive: true, force: true }));
  await runAsPrivateRoot(
    new Scope({ timeout: treePatience }),
    'mmdebstrap',
    ['--mode=root', '--variant=minbase', '--dpkgopt=force-unsafe-io', usualRelease, draft],
    { doing: 'Installing the tree of the tests' },
  );
  renameSync(draft, tree);
  return tree;
}

/** The kernel for what brings none, unpacked. */
export const treeKernel = () => usualKernel(new Scope({ timeout: treePatience }), join(sharedHome, 'cache'));
