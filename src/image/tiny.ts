import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { type Busybox, findBusybox } from '../boot/busybox.ts';
import { busyboxInitramfs } from '../boot/busybox-initramfs.ts';
import { cpio } from '../boot/cpio.ts';
import { debianKernel, isAptError } from '../boot/debian-kernel.ts';
import { type GuestFile, guestFiles } from '../boot/guest-files.ts';
import { hostKernel } from '../boot/host-kernel.ts';
import { readVmlinux } from '../boot/kernel.ts';
import type { KernelSource } from '../boot/kernel-source.ts';
import { chooseModules } from '../boot/modules.ts';
import { noTimerCheck } from '../boot/timer-check.ts';
import { buildImage } from './build.ts';
import { bzImageFile, elfKernelFile, initrdFile } from './files.ts';
import type { Content } from './manifest.ts';
import type { RecipeOptions } from './recipe.ts';
import type { Image } from './store.ts';
import { tinyModules } from './tiny-modules.ts';

/** To be raised when this code makes something else of the same inputs. */
const format = 1;

/**
 * The kernel's command line. The console named last is the one that init writes to. At 9600 baud, the default,
 * QEMU hands over what is typed 4 ms late. The kernel's tests of its ciphers take 0.2 s of a boot of 1.6 s.
 */
const append = `console=tty0 console=ttyS0,115200 cryptomgr.notests ${noTimerCheck}`;

interface Parts {
  kernel: KernelSource;
  busybox: Busybox;
  guest: GuestFile[];
}

/**
 * Builds the tiny guest: Debian's newest kernel, or the host's own where there is none, and an initramfs of
 * busybox, `guest/tiny` and the kernel's modules. The same inputs give the image that is there.
 * @throws `tool-missing` without a static busybox, `command-failed` where apt fails, `file-missing` where
 * there is no kernel at all, and what `buildImage` throws
 */
export async function buildTiny(scope: Scope, options: RecipeOptions): Promise<Image> {
  const { vmdir, cache, name = 'tiny', rebuild = false, usersOf = () => [] } = options;
  const busybox = await findBusybox(scope);
  const guest = guestFiles('tiny');
  const build = (kernel: KernelSource): Promise<Image> => {
    const parts = { kernel, busybox, guest };
    const request = { vmdir, name, inputs: digest(parts), rebuild, replaceable: { usersOf } };
    return buildImage(scope, request, (directory) => fill(scope, directory, parts));
  };
  const host = hostKernel();
  try {
    const debian = await debianKernel(scope, cache);
    if (debian) return await build(debian);
  } catch (error) {
    if (!host || !isAptError(error)) throw error;
    scope.warn(`${error.details.doing} failed; the host's own kernel is taken instead.`);
  }
  if (!host)
    throw new VivariumError('file-missing', { file: `/boot/vmlinuz-${release()}`, what: 'The kernel' });
  return build(host);
}

async function fill(scope: Scope, directory: string, { kernel, busybox, guest }: Parts): Promise<Content> {
  const scratch = join(directory, 'scratch');
  await mkdir(scratch);
  const files = await kernel.open(scope, scratch);
  scope.step('Unpacking the kernel');
  await writeFile(join(directory, elfKernelFile), await readVmlinux(scope, files.bzImage));
  await copyFile(files.bzImage, join(directory, bzImageFile));
  scope.step('Packing the initramfs');
  const { modules, missing } = await chooseModules(scope, files.modules, tinyModules);
  if (missing.length > 0) scope.warn(`${kernel.label} has no ${missing.join(', ')}.`);
  const entries = busyboxInitramfs({ busybox, guest, release: files.release, modules });
  await pipeline(cpio(entries), createWriteStream(join(directory, initrdFile)));
  await rm(scratch, { recursive: true });
  return {
    kind: 'kernel',
    append,
    source: { kernel: kernel.label, busybox: busybox.version },
    files: { kernel: elfKernelFile, bzImage: bzImageFile, initrd: initrdFile },
  };
}

function digest({ kernel, busybox, guest }: Parts): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([format, append, kernel.label, busybox.applets, tinyModules]));
  hash.update(busybox.content);
  for (const { path, content } of guest) hash.update(`\n${path} ${content.length}\n`).update(content);
  return hash.digest('hex');
}
