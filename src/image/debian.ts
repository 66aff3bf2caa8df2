import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { cpio } from '../boot/cpio.ts';
import { readVmlinux } from '../boot/kernel.ts';
import { chooseModules } from '../boot/modules.ts';
import { requireTool } from '../host/find-tool.ts';
import { checkPrivateRoot } from '../host/private-root.ts';
import { removeDirectory } from '../host/remove-directory.ts';
import { buildImage } from './build.ts';
import { type Busybox, findBusybox } from './busybox.ts';
import { busyboxInitramfs } from './busybox-initramfs.ts';
import { writeDebianDisk } from './debian-disk.ts';
import { knownReleases, packagesOf, usualRelease } from './debian-releases.ts';
import { installDebian } from './debian-tree.ts';
import { directModules } from './direct-modules.ts';
import { bzImageFile, diskFiles, elfKernelFile, initrdFile } from './files.ts';
import { type GuestFile, guestFiles } from './guest-files.ts';
import type { Content } from './manifest.ts';
import { writeOverlay } from './overlay.ts';
import type { RecipeOptions } from './recipe.ts';
import type { Image } from './store.ts';
import { stageFiles, type TreeFile } from './tree-files.ts';

/** To be raised when this code makes something else of the same inputs. */
const format = 1;

/** Bytes of the disk of a machine that asks for nothing else. */
const usualSize = 10 * 2 ** 30;

const console = 'console=tty0 console=ttyS0,115200';

export interface DebianParts {
  name: string;
  release: string;
  packages: string[];
  size: number;
  mirror?: string | undefined;
  hostname: string;
  user: string;
  files: TreeFile[];
  commands: string[];
  busybox: Busybox;
  guest: GuestFile[];
}

export async function buildDebian(scope: Scope, options: RecipeOptions): Promise<Image> {
  const { vmdir, cache, name = 'debian', rebuild = false, release = usualRelease } = options;
  const base = packagesOf(release);
  if (!base) {
    throw new VivariumError('parameter-invalid', {
      operation: 'image build',
      parameter: '--release',
      problem: `is none that is known here: ${knownReleases.join(', ')}`,
    });
  }
  const guest = guestFiles('debian');
  const parts: DebianParts = {
    name,
    release,
    packages: [...base, ...(options.packages ?? [])],
    size: options.size ?? usualSize,
    hostname: '',
    user: '',
    files: [],
    commands: [],
    busybox: await findBusybox(scope),
    guest,
  };
  return buildImage(scope, { vmdir, name, inputs: digest(parts), rebuild }, async (directory) => {
    await checkHost(scope);
    return fill(scope, directory, parts, join(cache, `image-build-${name}.log`));
  });
}

async function checkHost(scope: Scope): Promise<void> {
  const purpose = 'to build a Debian image';
  for (const tool of ['mmdebstrap', 'setpriv', 'unshare', 'sfdisk', 'mformat', 'mke2fs', 'qemu-img']) {
    requireTool(tool, purpose);
  }
  await checkPrivateRoot(scope);
}

async function fill(scope: Scope, directory: string, parts: DebianParts, log: string): Promise<Content> {
  const { name, release, packages, size, mirror, hostname, user } = parts;
  const scratch = join(directory, 'scratch');
  const tree = join(scratch, 'tree');
  const stage = join(scratch, 'stage');
  const root = randomUUID();
  await writeStage(stage, parts);
  const settings = { hostname, user, root };
  await installDebian(scope, { suite: release, packages, mirror, stage, settings, tree, log });
  const disk = diskFiles.raw;
  const esp = join(stage, 'esp');
  const minimum = await writeDebianDisk(scope, { tree, esp, file: join(directory, disk), uuid: root });
  const kernel = await takeKernel(scope, directory, tree, parts);
  await removeDirectory(scratch);
  const overlay = await writeOverlay(scope, directory, {
    name,
    disk,
    format: 'raw',
    size: Math.max(size, minimum),
  });
  return {
    kind: 'disk',
    format: 'raw',
    size: Math.max(size, minimum),
    minimum,
    user: user || 'root',
    seed: 'script',
    append: `root=UUID=${root} rw ${console} cryptomgr.notests`,
    source: { debian: release, kernel },
    files: { disk, overlay, kernel: elfKernelFile, bzImage: bzImageFile, initrd: initrdFile },
  };
}

async function writeStage(stage: string, { guest, files, commands }: DebianParts): Promise<void> {
  await mkdir(stage, { recursive: true });
  await stageFiles(stage, [...partOf(guest, 'root').map(ours), ...files]);
  for (const script of ['hook.sh', 'configure.sh']) {
    const content = guest.find(({ path }) => path === script)?.content ?? '';
    await writeFile(join(stage, script.replace('configure.sh', 'configure')), content);
  }
  await writeFile(join(stage, 'commands'), commands.map((command) => `${command}\n`).join(''));
  await copyFile('/etc/resolv.conf', join(stage, 'resolv.conf'));
}

/** The guest's files below one of its directories, as they are named there. */
function partOf(guest: GuestFile[], directory: string): GuestFile[] {
  return guest
    .filter(({ path }) => path.startsWith(`${directory}/`))
    .map(({ path, content }) => ({ path: path.slice(directory.length + 1), content }));
}

function ours({ path, content }: GuestFile): TreeFile {
  const script = content.subarray(0, 2).toString() === '#!';
  return { kind: 'file', path: `/${path}`, mode: script ? 0o755 : 0o644, content };
}

/** Puts the kernel beside the disk, with an initrd of our own. @returns its release */
async function takeKernel(
  scope: Scope,
  directory: string,
  tree: string,
  { busybox, guest }: DebianParts,
): Promise<string> {
  scope.step('Packing the kernel for a quick start');
  const found = (await readdir(join(tree, 'boot'))).find((entry) => entry.startsWith('vmlinuz-'));
  if (!found) throw new VivariumError('file-missing', { file: join(tree, 'boot'), what: 'A kernel in' });
  const bzImage = join(tree, 'boot', found);
  const release = found.slice('vmlinuz-'.length);
  await writeFile(join(directory, elfKernelFile), await readVmlinux(scope, bzImage));
  await copyFile(bzImage, join(directory, bzImageFile));
  const { modules } = await chooseModules(scope, join(tree, 'usr/lib/modules', release), directModules);
  const init = partOf(guest, 'initrd');
  const entries = busyboxInitramfs({ busybox, guest: init, release, modules });
  await pipeline(cpio(entries), createWriteStream(join(directory, initrdFile)));
  return release;
}

function digest({ busybox, guest, files, ...parts }: DebianParts): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([format, parts, busybox.applets, directModules]));
  hash.update(busybox.content);
  for (const { path, content } of guest) hash.update(`\n${path} ${content.length}\n`).update(content);
  return hash.digest('hex');
}
