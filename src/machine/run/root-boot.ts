import { basename, join } from 'node:path';
import { writeLiveInitrd } from '../../boot/live/live-initrd.ts';
import { kernelOfTree } from '../../boot/tree-kernel.ts';
import { usualKernel } from '../../boot/usual-kernel.ts';
import type { WrittenSpec } from '../../protocol/machine-spec.ts';
import { commandLine } from './command-line.ts';
import type { Boot, Context } from './context.ts';
import { initrdFile } from './initrd.ts';
import { quickKernel } from './quick-kernel.ts';
import { file } from './subject.ts';

/** The tags of guest/live/init. */
const tags = { root: 'vivarium.root', modules: 'vivarium.modules' };

/**
 * A directory of the host as the guest's /, over 9p. Unless it is to be written through, what the guest changes
 * stays in its memory.
 */
export async function bootRoot(context: Context, directory: string): Promise<Boot> {
  const { scope, home, stage, parameters, additions, name } = context;
  const writable = parameters.rootRw === true;
  const ofTree = parameters.kernel === undefined ? kernelOfTree(directory) : undefined;
  const found =
    ofTree ?? (parameters.kernel === undefined ? await usualKernel(scope, home.cache) : undefined);
  const { append } = await writeLiveInitrd(scope, {
    to: join(stage, initrdFile),
    kernel: found,
    root: { kind: 'share', write: writable },
    additions,
  });
  const shares: WrittenSpec['shares'] = [
    { path: directory, tag: tags.root, readonly: !writable, ownership: 'host' },
    ...(found && !ofTree ? [{ path: found.modules, tag: tags.modules, readonly: true }] : []),
  ];
  return {
    how: `${basename(directory)} as its root directory`,
    spec: {
      kernel: await quickKernel(context, found?.bzImage ?? file(parameters.kernel ?? '')),
      initrd: initrdFile,
      append: commandLine(`vivarium.name=${name}`, parameters.append, append),
      shares,
    },
    advice: [],
  };
}
