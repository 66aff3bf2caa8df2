import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { KernelFiles } from '../../boot/kernel-source.ts';
import type { Additions } from '../../boot/live/additions.ts';
import { keptLiveInitrd } from '../../boot/live/kept-initrd.ts';
import { packageFile } from '../../host/package-files.ts';
import type { WrittenSpec } from '../../protocol/machine-spec.ts';
import { commandLine, toldBy } from './command-line.ts';
import type { Boot, Context } from './context.ts';
import { initrdFile, withLiveInitrd } from './initrd.ts';
import { kernelFor } from './kernel-choice.ts';
import { kernelFile } from './kernel-file.ts';

/** The tags of guest/live/init. */
const tags = { root: 'vivarium.root', modules: 'vivarium.modules' };

/**
 * A directory of the host as the guest's /, over 9p. Unless it is to be written through, what the guest changes
 * stays in its memory.
 */
export async function bootRoot(context: Context, directory: string): Promise<Boot> {
  const { scope, home, parameters, name } = context;
  const writable = parameters.rootRw === true;
  const { bzImage, found } = await kernelFor(context, directory);
  const lacksModules = found && !found.modules.startsWith(join(directory, '/'));
  const root = { kind: 'share', write: writable } as const;
  const append = await withLiveInitrd(
    { ...context, additions: withLogin(context) },
    await keptLiveInitrd(scope, home.cache, { key: keyOf(found), kernel: async () => found, root }),
  );
  const shares: WrittenSpec['shares'] = [
    { path: directory, tag: tags.root, readonly: !writable, ownership: 'host' },
    ...(lacksModules ? [{ path: found.modules, tag: tags.modules, readonly: true }] : []),
  ];
  return {
    how: `${basename(directory)} as its root directory`,
    spec: {
      kernel: await kernelFile(context, bzImage),
      initrd: initrdFile,
      append: commandLine(
        'loglevel=4 cryptomgr.notests',
        `vivarium.name=${name}`,
        toldBy(parameters),
        append,
      ),
      shares,
    },
    advice: [],
  };
}

/** Its own init gives whoever boots it a root's login, which most trees have locked; never in the host's files. */
function withLogin({ parameters, additions }: Context): Additions {
  if (!parameters.boot || parameters.rootRw) return additions;
  const login = { from: packageFile('guest/login'), to: '/' };
  return { ...additions, inject: [login, ...additions.inject] };
}

function keyOf(kernel: KernelFiles | undefined): unknown {
  return kernel && [kernel.release, kernel.modules, statSync(kernel.modules).mtimeMs];
}
