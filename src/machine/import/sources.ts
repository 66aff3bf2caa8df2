import { availableParallelism, totalmem } from 'node:os';
import { basename, dirname } from 'node:path';
import { VivariumError } from '../../base/errors.ts';
import { hostProcessor } from '../../qemu/binary.ts';
import type { Home } from '../home.ts';
import { list } from '../view.ts';
import type { Bring } from './composed.ts';
import { readLibvirt } from './libvirt.ts';
import { readQuickemu } from './quickemu.ts';
import { openRunitVm } from './runit-vm/directory.ts';
import type { Found } from './said.ts';
import { sourceText } from './source-text.ts';

/** What an import is made from: what was found, and the files around it. */
export interface Source extends Found {
  /** What its relative paths are relative to. */
  directory: string;
  /** The directory is the machine: these of its files come along. */
  along?: Bring[];
}

/** How each source is opened, by its absolute path. @throws `file-missing`, `import-invalid` */
export const sources: Record<
  'quickemu' | 'libvirt' | 'runit-vm',
  (home: Home, file: string) => Promise<Source>
> = {
  quickemu: async (home, file) => {
    const text = sourceText(file, 'The configuration of quickemu');
    const machines = await list(home);
    const found = readQuickemu(text, {
      directory: dirname(file),
      name: basename(file).replace(/\.conf$/, ''),
      env: { HOME: home.env.HOME, USER: home.env.USER },
      host: { processor: hostProcessor, cpus: availableParallelism(), memory: totalmem() },
      taken: new Set(
        machines.flatMap(({ forwards }) => forwards.flatMap(({ host }) => (host === 'auto' ? [] : [host]))),
      ),
      fail: failing(file),
    });
    return { ...found, directory: dirname(file) };
  },
  libvirt: async (_, file) => {
    const text = sourceText(file, 'The domain');
    return { ...readLibvirt(text, { arch: hostProcessor, fail: failing(file) }), directory: dirname(file) };
  },
  'runit-vm': async (_, directory) => openRunitVm(directory, failing(directory)),
};

export const failing = (file: string) => (problem: string) =>
  new VivariumError('import-invalid', { file, problem });
