import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isVivariumError, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { temporaryName } from '../host/atomic-file.ts';
import { runTool } from '../host/run-tool.ts';
import type { KernelFiles, KernelSource } from './kernel-source.ts';
import { indexModules } from './module-index.ts';

/** Debian's package that depends on its newest generic kernel. */
const metaPackage = 'linux-image-amd64';

export interface Package {
  name: string;
  version: string;
}

/**
 * The newest generic kernel that the host's apt knows. Nothing is installed: the package is downloaded into
 * `cache`, which needs no root, and kept there.
 * @returns undefined on a host without apt
 * @throws `command-failed` where apt knows of no kernel; `open` does where it cannot be downloaded
 */
export async function debianKernel(scope: Scope, cache: string): Promise<KernelSource | undefined> {
  const kernel = await newestKernel(scope);
  if (!kernel) return undefined;
  return {
    label: `${kernel.name} ${kernel.version}`,
    open: async (scope, scratch) => {
      const file = join(cache, packageFile(kernel));
      if (!existsSync(file)) await download(scope, kernel, scratch, file);
      return unpack(scope, file, scratch);
    },
  };
}

/** Whether apt itself failed: it has no lists, or no network. */
export function isAptError(error: unknown): error is VivariumError<'command-failed'> {
  return isVivariumError(error, 'command-failed') && error.details.command.startsWith('apt-');
}

/** The package behind the meta package, from what `apt-cache show` says of that. */
export function kernelBehind(shown: string): Package | undefined {
  const depends = /^Depends:.*?\b(linux-image-\d[^\s,|]*)(?: \(= ([^)]+)\))?/m.exec(shown);
  const version = depends?.[2] ?? /^Version: (.*)$/m.exec(shown)?.[1];
  return depends?.[1] && version ? { name: depends[1], version } : undefined;
}

/** The name that `apt-get download` gives to a package's file. */
export function packageFile({ name, version }: Package): string {
  return `${name}_${version.replaceAll(':', '%3a')}_amd64.deb`;
}

async function newestKernel(scope: Scope): Promise<Package | undefined> {
  const doing = `Looking for the package ${metaPackage}`;
  try {
    const args = ['show', '--no-all-versions', metaPackage];
    const { code, stdout } = await runTool(scope, 'apt-cache', args, { doing, allow: [0, 100] });
    const kernel = kernelBehind(stdout.toString());
    if (kernel) return kernel;
    const said = ['It knows of no such package. If its lists are missing: apt-get update, as root.'];
    throw new VivariumError('command-failed', {
      command: 'apt-cache',
      doing,
      exit: `exit code ${code}`,
      said,
    });
  } catch (error) {
    if (isVivariumError(error, 'tool-missing')) return undefined;
    throw error;
  }
}

/** Downloads into `scratch`, then to `file`: what lies in the cache under its name is whole. */
async function download(scope: Scope, kernel: Package, scratch: string, file: string): Promise<void> {
  const doing = `Downloading ${kernel.name} ${kernel.version}`;
  scope.step(doing);
  const args = ['download', '--quiet', `${kernel.name}=${kernel.version}`];
  await runTool(scope, 'apt-get', args, { doing, cwd: scratch });
  const copy = temporaryName(file);
  await mkdir(dirname(file), { recursive: true });
  await copyFile(join(scratch, packageFile(kernel)), copy);
  await rename(copy, file);
}

async function unpack(scope: Scope, file: string, scratch: string): Promise<KernelFiles> {
  scope.step('Unpacking the package of the kernel');
  await runTool(scope, 'dpkg-deb', ['--extract', file, scratch], { doing: `Unpacking ${file}` });
  const kernel = (await readdir(join(scratch, 'boot'))).find((entry) => entry.startsWith('vmlinuz-'));
  const release = kernel?.slice('vmlinuz-'.length) ?? '';
  const modules = ['lib/modules', 'usr/lib/modules']
    .map((path) => join(scratch, path, release))
    .find((path) => existsSync(path));
  if (!kernel || !modules) throw new VivariumError('file-missing', { file, what: "The kernel's modules in" });
  await indexModules(scope, modules);
  return { release, bzImage: join(scratch, 'boot', kernel), modules };
}
