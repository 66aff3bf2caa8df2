import * as z from 'zod/mini';
import { forwardText } from './forward.ts';
import { memorySize, path } from './values.ts';

const about = (text: string) => z.meta({ description: text });

const word = (pattern: RegExp, example: string) => z.string().check(z.regex(pattern, `must be ${example}`));

/** A bare number in YAML is one of bytes. */
const diskText = z.pipe(
  z.union([path, z.int()], 'must be a size such as 20G, or a file'),
  z.transform(String),
);

/** How a system is booted to be tried: what a cartridge may say under `run`, and `vm run` by flags. */
export const runSettings = {
  memory: z.optional(memorySize).check(about('Memory, as 512M or 2G.')),
  cpus: z
    .optional(z.int().check(z.minimum(1, 'must be 1 to 512'), z.maximum(512, 'must be 1 to 512')))
    .check(about('Virtual CPUs.')),
  firmware: z.optional(z.enum(['bios', 'uefi'])).check(about('Boots it by its own boot loader.')),
  direct: z
    .optional(z.boolean())
    .check(about("Takes kernel and initramfs out of the ISO, instead of its own boot loader's way.")),
  append: z.optional(z.string()).check(about("More of the kernel's command line.")),
  disk: z.optional(z.array(diskText)).check(about('Disks: a size for an empty one, or a file.')),
  display: z.optional(z.enum(['none', 'gtk', 'sdl', 'vnc'])).check(about('Where the screen is shown.')),
  forward: z
    .optional(z.array(forwardText))
    .check(about('Ports of the host that lead to the guest: HOST:GUEST.')),
  share: z
    .optional(z.array(z.string()))
    .check(about('Directories of the host that the guest may mount: DIR[:TAG][:ro].')),
  inject: z
    .optional(z.array(word(/^.+:\/.*$/, 'SRC:DST, as etc/motd:/etc/motd')))
    .check(about('Files put into the guest without building anything: SRC:DST.')),
  network: z.optional(z.enum(['user', 'none'])).check(about('user or none.')),
  timing: z.optional(z.boolean()).check(about('Tells what the boot took, and why.')),
};
