import * as z from 'zod/mini';
import { parseSize } from '../base/sizes.ts';
import { argument, flag, operation } from './operation.ts';
import { name, size } from './values.ts';
import type { DiskView, MachineState } from './views.ts';

const machine = argument(name, 'the machine', 'NAME', { names: 'machine' });
/** A suspended machine goes on with the disks that it had. */
const settled: MachineState[] = ['stopped', 'failed', 'starting', 'running', 'paused', 'stopping'];

const change = z
  .string()
  .check(
    z.refine(
      (text) => parseSize(text.replace(/^\+/, '')) !== undefined,
      'must be a size such as 40G or +10G',
    ),
  );

export const diskOperations = {
  'disk.list': operation<DiskView[]>()(() => ({ name: machine }), {
    summary: 'List the disks of a machine',
    access: 'read',
    errors: ['machine-not-found', 'spec-invalid'],
  }),
  'disk.add': operation<DiskView>()(
    () => ({
      name: machine,
      what: argument(z.string(), 'the size of a new disk, or a file that is one', 'SIZE|FILE', {
        access: 'admin',
        except: size,
      }),
      format: flag(z.optional(z.enum(['qcow2', 'raw'])), "the file's format: qcow2 or raw", {
        placeholder: 'FORMAT',
      }),
      interface: flag(
        z.optional(z.enum(['virtio', 'scsi', 'sata', 'ide', 'nvme'])),
        'how the guest sees it: virtio, scsi, sata, ide or nvme',
        { placeholder: 'KIND' },
      ),
      readonly: flag(z.optional(z.boolean()), 'the guest may not write to it'),
    }),
    {
      summary: 'Give a machine one more disk, from its next start',
      access: 'control',
      states: settled,
      errors: [
        'machine-state',
        'machine-not-found',
        'file-missing',
        'disk-unfit',
        'disk-full',
        'spec-missing',
      ],
    },
  ),
  'disk.remove': operation<DiskView>()(
    () => ({
      name: machine,
      disk: argument(z.string(), 'its number or file, as the list has it', 'DISK'),
      keep: flag(
        z.optional(z.boolean()),
        "leave its file where it is; a file of somebody else's always stays",
        { access: 'admin' },
      ),
      force: flag(z.optional(z.boolean()), 'also the disk that the machine has of its image', { short: 'f' }),
    }),
    {
      summary: 'Take a disk away from a machine, and its file',
      access: 'control',
      states: settled,
      errors: ['machine-state', 'disk-unfit', 'disk-not-found'],
    },
  ),
  'disk.resize': operation<DiskView>()(
    () => ({
      name: machine,
      size: argument(change, 'its new size, or how much more: 40G, +10G', 'SIZE'),
      disk: argument(z.optional(z.string()), 'its number or file; the first if not said', 'DISK'),
    }),
    {
      summary: 'Make a disk larger, or smaller as far as it is empty',
      access: 'control',
      states: settled,
      errors: ['machine-state', 'disk-not-found', 'disk-holds-data', 'disk-unfit', 'disk-full', 'qmp-failed'],
      timeout: 600_000,
    },
  ),
};
