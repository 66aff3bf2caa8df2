import * as z from 'zod/mini';
import { argument, flag, operation } from './operation.ts';
import { path } from './values.ts';
import type { InitramfsListing, PackReport } from './views.ts';

const owner = z
  .string()
  .check(z.regex(/^(root|keep|\d{1,10}:\d{1,10})$/, 'must be root, keep or UID:GID in numbers'));

const times = z
  .string()
  .check(z.regex(/^(zero|keep|\d{1,10})$/, 'must be zero, keep, or seconds since 1970'));

const pattern = z
  .string()
  .check(z.regex(/^[^!]/, 'must be a pattern of what is left out: *.o, name, path/below or directory/'));

/** Takes the next bytes, whose place is used again when it has returned. */
export type ByteOutput = (bytes: Uint8Array) => Promise<void>;

const output = z.union(
  [path, z.custom<ByteOutput>((value) => typeof value === 'function')],
  'must be a path, or - for standard output',
);

export const initramfsOperations = {
  'initramfs.pack': operation<PackReport>()(
    () => ({
      directory: argument(path, 'the tree', 'DIR'),
      output: flag(z.optional(output), 'where to; DIR.cpio.zst if not said, - for standard output', {
        placeholder: 'FILE',
        short: 'o',
      }),
      compress: flag(
        z.optional(z.enum(['zstd', 'gzip', 'lz4', 'xz', 'none'])),
        "zstd, gzip, lz4, xz or none; else FILE's name tells, or it is zstd",
        { placeholder: 'KIND' },
      ),
      level: flag(z.optional(z.int()), 'how hard it compresses; 1, the fastest, if not said', {
        placeholder: 'N',
      }),
      owner: flag(z.optional(owner), 'whose all is in the guest: root (if not said), keep, or UID:GID', {
        placeholder: 'OWNER',
      }),
      times: flag(
        z.optional(times),
        'zero, keep, or seconds since 1970; if not said SOURCE_DATE_EPOCH, or zero',
        { placeholder: 'TIMES' },
      ),
      exclude: flag(
        z.optional(z.array(pattern)),
        'leave out: *.o, name, path/below, directory/; may be repeated',
        {
          placeholder: 'PATTERN',
        },
      ),
      devices: flag(z.optional(path), 'a list of devices, owners and more, in the format of gen_init_cpio', {
        placeholder: 'FILE',
      }),
      full: flag(z.optional(z.boolean()), 'pack all again, however little has changed'),
    }),
    {
      summary: 'Pack a directory as an initramfs',
      timeout: 3_600_000,
      errors: [
        ...(['file-missing', 'file-changed', 'entry-unfit', 'devices-invalid', 'setting-invalid'] as const),
        ...(['file-unwritable', 'disk-full', 'tool-missing', 'command-failed'] as const),
      ],
    },
  ),
  'initramfs.list': operation<InitramfsListing>()(() => ({ file: argument(path, 'the initramfs', 'FILE') }), {
    summary: 'List what an initramfs holds',
    timeout: 600_000,
    errors: ['file-missing', 'initramfs-unreadable', 'tool-missing'],
  }),
};
