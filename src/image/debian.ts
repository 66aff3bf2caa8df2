import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { type Busybox, findBusybox } from '../boot/busybox.ts';
import { guestFiles } from '../boot/guest-files.ts';
import { noTimerCheck } from '../boot/timer-check.ts';
import { removeDirectory } from '../host/remove-directory.ts';
import type { RecipeSpec } from '../protocol/recipe-spec.ts';
import { buildImage } from './build.ts';
import { writeDebianDisk } from './debian-disk.ts';
import { checkDebianHost, imageNeeds } from './debian-host.ts';
import { knownReleases, packagesOf, usualRelease } from './debian-releases.ts';
import { type Stage, writeStage } from './debian-stage.ts';
import { installDebian } from './debian-tree.ts';
import { directModules, takeKernel } from './direct-kernel.ts';
import { bzImageFile, diskFiles, elfKernelFile, initrdFile } from './files.ts';
import type { Content } from './manifest.ts';
import { writeOverlay } from './overlay.ts';
import type { RecipeOptions } from './recipe.ts';
import { readRecipe } from './recipe-file.ts';
import { recipeFiles } from './recipe-files.ts';
import type { Image } from './store.ts';
import { digestFiles } from './tree-files.ts';

/** To be raised when this code makes something else of the same inputs. */
const format = 1;

/** Bytes of the disk of a machine that asks for nothing else. */
const usualSize = 10 * 2 ** 30;

/** The kernel's command line, behind the root file system (for the reasons see tiny.ts). Errors alone are shown. */
const append = `rw console=tty0 console=ttyS0,115200 loglevel=4 cryptomgr.notests ${noTimerCheck}`;

/** All that makes a Debian image, but for what the network has that day. */
interface Parts extends Stage {
  name: string;
  release: string;
  packages: string[];
  mirror: string | undefined;
  size: number;
  hostname: string;
  /** Empty where there is none but root. */
  user: string;
  busybox: Busybox;
}

/**
 * Builds a Debian from its own packages on a disk that boots by UEFI, with its kernel beside it, as root or as an
 * ordinary user with subordinate ids. The same inputs give the image that is there.
 * @param recipe a recipe's file, for more than the usual system
 * @throws `parameter-invalid` for an unknown release, `recipe-invalid`, `file-missing`, `tool-missing`,
 * `subuids-missing`, `space-short`, `command-failed` with a log, and what `buildImage` throws
 */
export async function buildDebian(scope: Scope, options: RecipeOptions, recipe?: string): Promise<Image> {
  const { vmdir, cache, rebuild = false, usersOf = () => [] } = options;
  const parts = await partsOf(scope, options, recipe);
  const { name } = parts;
  const request = { vmdir, name, inputs: await digest(parts), rebuild, replaceable: { usersOf } };
  return buildImage(scope, request, async (directory) => {
    await checkDebianHost(scope, directory, imageNeeds);
    return fill(scope, directory, parts, join(cache, `image-build-${name}.log`));
  });
}

async function partsOf(scope: Scope, options: RecipeOptions, file: string | undefined): Promise<Parts> {
  const recipe: Partial<RecipeSpec> = file === undefined ? {} : readRecipe(file);
  const release = options.release ?? recipe.release ?? usualRelease;
  const usual = packagesOf(release, recipe.kernel);
  if (!usual) {
    const problem = `must be one that is known here: ${knownReleases.join(', ')}; it is ${release}`;
    throw new VivariumError('parameter-invalid', { operation: 'image build', parameter: 'release', problem });
  }
  return {
    name: options.name ?? recipe.name ?? 'debian',
    release,
    packages: [...new Set([...usual, ...(recipe.packages ?? []), ...(options.packages ?? [])])],
    mirror: recipe.mirror,
    size: options.size ?? recipe.size ?? usualSize,
    hostname: recipe.hostname ?? '',
    user: recipe.user ?? '',
    guest: guestFiles('debian'),
    files: file === undefined ? [] : recipeFiles(file, recipe.files ?? []),
    commands: recipe.run ?? [],
    busybox: await findBusybox(scope, "as the image's first user space"),
  };
}

async function digest({ busybox, guest, files, ...rest }: Parts): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([format, append, rest, busybox.applets, directModules]));
  hash.update(busybox.content);
  for (const { path, content } of guest) hash.update(`\n${path} ${content.length}\n`).update(content);
  await digestFiles(hash, files);
  return hash.digest('hex');
}

async function fill(scope: Scope, directory: string, parts: Parts, log: string): Promise<Content> {
  const { name, release, packages, mirror, hostname, user, busybox, guest } = parts;
  const scratch = join(directory, 'scratch');
  const tree = join(scratch, 'tree');
  const stage = join(scratch, 'stage');
  const root = randomUUID();
  await writeStage(stage, parts);
  const settings = { hostname, user, root };
  await installDebian(scope, { suite: release, packages, mirror, stage, settings, tree, log });
  await rm(log, { force: true });
  const disk = diskFiles.raw;
  const esp = join(stage, 'esp');
  const minimum = await writeDebianDisk(scope, { tree, esp, file: join(directory, disk), uuid: root });
  const kernel = await takeKernel(scope, directory, tree, { busybox, guest });
  await removeDirectory(scratch);
  const size = Math.max(parts.size, minimum);
  const overlay = await writeOverlay(scope, directory, { name, disk, format: 'raw', size });
  return {
    kind: 'disk',
    format: 'raw',
    size,
    minimum,
    user: user || 'root',
    ...(hostname && { hostname }),
    seed: 'script',
    append: `root=UUID=${root} ${append}`,
    source: { debian: `Debian ${release}`, kernel: `Linux ${kernel}` },
    files: { disk, overlay, kernel: elfKernelFile, bzImage: bzImageFile, initrd: initrdFile },
  };
}
