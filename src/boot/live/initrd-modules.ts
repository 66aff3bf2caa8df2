import type { Scope } from '../../base/scope.ts';
import { readInitramfs } from '../initramfs/read.ts';
import { builtInNames, type ModuleSource, modulesByName } from '../modules.ts';
import type { LiveKernel } from './live-kernel.ts';

/**
 * The modules in somebody else's initrd, which fit the kernel that is beside it; undefined where it has none. Of
 * several kernels' those of the first.
 * @throws as `readInitramfs`
 */
export async function modulesOfInitrd(scope: Scope, initrd: string): Promise<LiveKernel | undefined> {
  const contents = new Map<string, Buffer>();
  let builtIn = '';
  let release: string | undefined;
  for await (const { path, kind, content } of readInitramfs(scope, initrd)) {
    const [, found, below = ''] = /^(?:usr\/)?lib\/modules\/([^/]+)\/(.+)$/.exec(path) ?? [];
    release ??= found;
    if (kind !== 'file' || found === undefined || found !== release) continue;
    if (below === 'modules.builtin') builtIn = (await content()).toString();
    // What is read is valid until the next entry.
    if (/\.ko(\.\w+)?$/.test(below)) contents.set(below, Buffer.from(await content()));
  }
  if (release === undefined || contents.size === 0) return undefined;
  const modules: ModuleSource = {
    files: modulesByName([...contents.keys()]),
    builtIn: builtInNames(builtIn),
    read: async (path) => contents.get(path) as Buffer,
  };
  return { release, modules };
}
