import * as z from 'zod/mini';
import { flag } from './operation.ts';
import { memorySize, size } from './values.ts';

/** What the hardware of a new machine is to be; what is not said is as usual. */
export const hardwareFlags = () => ({
  cpus: flag(z.optional(z.int().check(z.minimum(1), z.maximum(512))), 'virtual CPUs', {
    placeholder: 'N',
    short: 'c',
  }),
  memory: flag(z.optional(memorySize), 'memory', { placeholder: 'SIZE', short: 'm' }),
  disk: flag(
    z.optional(z.union([z.literal('none'), size], 'must be none, or a size such as 20G')),
    'size of its disk, or none',
    {
      placeholder: 'SIZE',
      short: 'd',
    },
  ),
});

export const networkFlag = (options: { short?: string } = {}) =>
  flag(z.optional(z.enum(['user', 'none'])), 'user or none', { placeholder: 'KIND', ...options });
