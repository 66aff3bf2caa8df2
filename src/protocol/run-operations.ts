import * as z from 'zod/mini';
import { endless } from '../base/scope.ts';
import { argument, flag, operation, verbatim } from './operation.ts';
import { runSettings } from './run-settings.ts';
import { byteInput, name, path, terminalSize } from './values.ts';
import type { Execution, RunView } from './views.ts';

const setting = z.string().check(z.regex(/^[A-Za-z_]\w*=/, 'must be NAME=VALUE, as DEBUG=1'));

export const runOperations = {
  'machine.run': operation<RunView>()(
    () => ({
      what: argument(
        z.optional(path),
        'an ISO, a disk image, an image by its name, or a kernel; the cartridge of this directory if not said',
        'WHAT',
      ),
      kernel: flag(z.optional(path), 'boot this kernel (bzImage or ELF)', {
        placeholder: 'FILE',
        short: 'k',
      }),
      initrd: flag(z.optional(path), 'with this initramfs', { placeholder: 'FILE' }),
      append: flag(runSettings.append, "add this to the kernel's command line", { placeholder: 'TEXT' }),
      initramfs: flag(z.optional(path), 'pack this directory and boot it', { placeholder: 'DIR' }),
      root: flag(z.optional(path), "this directory is the guest's /, which changes only in memory", {
        placeholder: 'DIR',
      }),
      rootRw: flag(z.optional(z.boolean()), 'what the guest changes in --root is changed on the host'),
      boot: flag(z.optional(z.boolean()), "run the directory's own init, where else there is a root shell"),
      inject: flag(runSettings.inject, 'put a file or directory into the guest; may be repeated', {
        placeholder: 'SRC:DST',
      }),
      env: flag(z.optional(z.array(setting)), "set NAME=VALUE for the guest's shells; may be repeated", {
        placeholder: 'SETTING',
        short: 'e',
      }),
      direct: flag(
        runSettings.direct,
        "boot an ISO's kernel without its boot loader, --no-direct: by its boot loader",
      ),
      firmware: flag(runSettings.firmware, 'go through this firmware and the boot loader', {
        placeholder: 'KIND',
      }),
      uefi: flag(z.optional(z.boolean()), 'the same as --firmware uefi'),
      disk: flag(
        runSettings.disk,
        'a new disk of this size, or this disk, which is written to; may be repeated; alone: the disk to which this cartridge was installed',
        { placeholder: 'SIZE|FILE', short: 'd', bare: 'installed' },
      ),
      display: flag(runSettings.display, 'none, gtk, sdl or vnc', {
        placeholder: 'KIND',
      }),
      forward: flag(runSettings.forward, 'lead a port to the guest: HOST:GUEST; may be repeated', {
        placeholder: 'PORTS',
        short: 'f',
      }),
      network: flag(runSettings.network, 'user or none', { placeholder: 'KIND', short: 'n' }),
      share: flag(runSettings.share, 'share a directory: DIR[:TAG][:ro]; may be repeated', {
        placeholder: 'DIR',
        short: 's',
      }),
      timing: flag(
        runSettings.timing,
        'say at the end where the time of the boot went, and what would save some',
      ),
      memory: flag(runSettings.memory, 'memory; 2G or what it takes if not said', {
        placeholder: 'SIZE',
        short: 'm',
      }),
      cpus: flag(
        runSettings.cpus,
        "virtual CPUs; up to 4 of the host's if not said, one or two where they are emulated",
        {
          placeholder: 'N',
          short: 'c',
        },
      ),
      keep: flag(z.optional(name), 'keep the machine under this name when it has stopped', {
        placeholder: 'NAME',
      }),
      terminal: flag(
        z.optional(z.boolean()),
        'a command runs at the console, --no-terminal: its streams are passed on',
        { short: 't' },
      ),
      size: flag(
        z.optional(terminalSize),
        'columns and rows of the terminal that the only job has; those of yours if not said',
        { placeholder: 'COLUMNSxROWS' },
      ),
      command: verbatim(
        z.optional(z.array(z.string())),
        'a command that is the only job of the guest, behind --',
        'COMMAND',
        { separated: true },
      ),
    }),
    {
      summary: 'Boot something at once, as a machine that is gone when it stops',
      errors: [
        'subject-unknown',
        'subject-unfit',
        'file-missing',
        'image-not-found',
        'kernel-unreadable',
        'tool-missing',
        'machine-exists',
        'disk-full',
        'qemu-failed',
      ],
      timeout: endless,
    },
  ),
  'machine.job': operation<Execution>()(
    () => ({
      name: argument(name, 'the machine', 'NAME', { names: 'machine' }),
      input: flag(z.optional(byteInput), 'pass standard input to it', { short: 'i' }),
    }),
    {
      summary: 'Follow the command that is the only job of a guest',
      states: ['starting', 'running', 'paused', 'stopping'],
      stream: 'output',
      errors: ['machine-state', 'machine-ended', 'console-missing', 'timeout'],
    },
  ),
};
