import { execFileSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { findBusybox } from '../src/boot/busybox.ts';
import { busyboxInitramfs } from '../src/boot/busybox-initramfs.ts';
import { cpio } from '../src/boot/cpio.ts';
import { kernelBehind, packageFile } from '../src/boot/debian-kernel.ts';
import { guestFiles } from '../src/boot/guest-files.ts';
import { readVmlinux } from '../src/boot/kernel.ts';
import { chooseModules } from '../src/boot/modules.ts';
import { buildImage } from '../src/image/build.ts';
import { tinyModules } from '../src/image/tiny-modules.ts';
import { Scope } from '../src/index.ts';
import { type Bench, cache } from './bench.ts';
import { kernelOf } from './tiny-machine.ts';

/** Builds an image that is `tiny` with Debian's cloud kernel; `tiny` itself, whose command line it takes, is there. */
export async function buildCloudImage(bench: Bench, name: string): Promise<void> {
  const scope = new Scope({ timeout: 600_000, signal: bench.signal });
  const { label, deb } = await cloudKernelPackage(bench);
  const { append } = kernelOf(bench, 'tiny');
  const files = { kernel: 'vmlinux', bzImage: 'vmlinuz', initrd: 'initrd' };
  await buildImage(scope, { vmdir: bench.vmdir, name, inputs: label, rebuild: true }, async (directory) => {
    const tree = await mkdtemp(join(bench.directory, 'cloud-kernel-'));
    execFileSync('dpkg-deb', ['--extract', deb, tree]);
    const bzImage = (await readdir(join(tree, 'boot'))).find((file) => file.startsWith('vmlinuz-')) ?? '';
    const release = bzImage.slice('vmlinuz-'.length);
    const vmlinux = await readVmlinux(scope, join(tree, 'boot', bzImage));
    await writeFile(join(directory, files.kernel), vmlinux);
    await copyFile(join(tree, 'boot', bzImage), join(directory, files.bzImage));
    const { modules } = await chooseModules(scope, join(tree, 'lib/modules', release), tinyModules);
    const busybox = await findBusybox(scope);
    const entries = busyboxInitramfs({ busybox, guest: guestFiles('tiny'), release, modules });
    await pipeline(cpio(entries), createWriteStream(join(directory, files.initrd)));
    await rm(tree, { recursive: true });
    return { kind: 'kernel', append, source: { kernel: label }, files };
  });
}

/** The package of Debian's newest cloud kernel: downloaded, kept in the cache, never installed. */
async function cloudKernelPackage(bench: Bench): Promise<{ label: string; deb: string }> {
  const shown = execFileSync('apt-cache', ['show', '--no-all-versions', 'linux-image-cloud-amd64']);
  const kernel = kernelBehind(shown.toString());
  if (!kernel) throw new Error('apt knows of no linux-image-cloud-amd64');
  const deb = join(cache, 'vivarium', packageFile(kernel));
  mkdirSync(dirname(deb), { recursive: true });
  if (!existsSync(deb)) {
    bench.say(`downloading ${kernel.name}`);
    const args = ['download', '--quiet', `${kernel.name}=${kernel.version}`];
    execFileSync('apt-get', args, { cwd: bench.directory, stdio: 'pipe' });
    const temporary = `${deb}.${process.pid}`;
    await copyFile(join(bench.directory, packageFile(kernel)), temporary);
    await rename(temporary, deb);
    await rm(join(bench.directory, packageFile(kernel)));
  }
  return { label: `${kernel.name} ${kernel.version}`, deb };
}
