import { basename, join, resolve } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import { compressionOf, packers } from '../boot/initramfs/compression.ts';
import { packTo, packToFile } from '../boot/initramfs/pack.ts';
import { readInitramfs } from '../boot/initramfs/read.ts';
import type { EntryOptions } from '../boot/initramfs/tree-entries.ts';
import type { Packing } from '../boot/initramfs/write-packed.ts';
import type { InitramfsSegment } from '../protocol/views.ts';
import type { Implementation } from './implementation.ts';

export const initramfsEngine: Implementation<'initramfs'> = {
  'initramfs.pack': async ({ env, cache }, parameters, scope) => {
    const { directory: tree, output, exclude = [], devices, full = false } = parameters;
    const began = performance.now();
    const to = output ?? `${basename(resolve(tree))}.cpio.zst`;
    const packing = packingOf(parameters, typeof to === 'string' ? to : '');
    const owner = ownerOf(parameters.owner);
    const times = timesOf(parameters.times, env);
    const request = { tree, exclude, devices, env, owner, times, ...packing };
    const packed =
      typeof to === 'string'
        ? await packToFile(scope, request, { file: to, kept: join(cache, 'packed'), full })
        : await packTo(scope, request, to);
    return {
      ...(typeof to === 'string' && { file: to }),
      compression: packing.compression,
      ...packed,
      took: Math.round(performance.now() - began),
    };
  },
  'initramfs.list': async (_, { file }, scope) => {
    const segments: InitramfsSegment[] = [];
    for await (const { segment, rawPath, inode, content, ...member } of readInitramfs(scope, file)) {
      const { index, packing, offset } = segment;
      segments[index] ??= { packing, offset, entries: [] };
      segments[index].entries.push(member);
    }
    return { segments };
  },
};

function packingOf(
  { compress, level = 1 }: { compress?: Packing['compression']; level?: number },
  file: string,
): Packing {
  const compression = compress ?? compressionOf(file);
  const [lowest, highest] = compression === 'none' ? [1, 1] : packers[compression].levels;
  if (level < lowest || level > highest) {
    const problem =
      compression === 'none' ? 'needs a compression' : `must be ${lowest} to ${highest} of ${compression}`;
    throw new VivariumError('parameter-invalid', { operation: 'pack', parameter: '--level', problem });
  }
  return { compression, level };
}

function ownerOf(owner = 'root'): EntryOptions['owner'] {
  if (owner === 'root' || owner === 'keep') return owner;
  const [uid = 0, gid = 0] = owner.split(':').map(Number);
  if (uid > 0xffffffff || gid > 0xffffffff) {
    const problem = 'must be of numbers below 4294967296';
    throw new VivariumError('parameter-invalid', { operation: 'pack', parameter: '--owner', problem });
  }
  return { uid, gid };
}

/** SOURCE_DATE_EPOCH is what builds that can be reproduced agree on: reproducible-builds.org. */
function timesOf(times: string | undefined, env: NodeJS.ProcessEnv): EntryOptions['times'] {
  if (times === 'zero' || times === 'keep') return times;
  const value = times ?? env.SOURCE_DATE_EPOCH;
  if (value === undefined || value === '') return 'zero';
  const seconds = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (seconds <= 0xffffffff) return seconds;
  const problem = 'must be seconds since 1970, below 4294967296';
  if (times !== undefined) {
    throw new VivariumError('parameter-invalid', { operation: 'pack', parameter: '--times', problem });
  }
  throw new VivariumError('setting-invalid', { variable: 'SOURCE_DATE_EPOCH', value, problem });
}
