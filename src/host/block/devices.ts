import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from '../../base/errors.ts';

/** How a block device is attached, as far as its place in sysfs tells. */
export type Bus = 'usb' | 'mmc' | 'nvme' | 'sata' | 'firewire' | 'virtio' | 'scsi';

/** A block device as sysfs tells of it (Documentation/ABI/stable/sysfs-block of Linux). Sizes in bytes. */
export interface BlockDevice {
  /** The kernel's: `sda`, `nvme0n1p2`, `dm-0`. */
  name: string;
  path: string;
  /** `8:0`, as `mountinfo` has it. */
  number: string;
  kind: 'disk' | 'partition' | 'optical' | 'loop' | 'mapped' | 'raid' | 'memory';
  /** What a partition is a part of; the own name of any other. */
  whole: string;
  size: number;
  /** What it reads and writes at least, and in multiples of. */
  blockSize: number;
  readonly: boolean;
  /** The kernel says so, or it is on a bus where one plugs things: an SD card is, eMMC is not. */
  removable: boolean;
  bus?: Bus;
  vendor?: string;
  model?: string;
  serial?: string;
  /** The kernel's count of disks and media, which tells one that has the name of another (Linux 5.15). */
  sequence?: number;
  /** Names of the mappings and RAIDs that are built on it. */
  holders: string[];
  /** Of a mapping its name, of a loop device its file. */
  label?: string;
  /** Of a mapping what it belongs to: `LVM`, `CRYPT`. */
  mapper?: string;
  /** Whether it can have partitions. */
  parted: boolean;
}

/** Where to read: another tree than `/sys` in tests. */
export function readBlockDevices(sys = '/sys'): BlockDevice[] {
  const directory = join(sys, 'class/block');
  return readdirSync(directory)
    .sort()
    .flatMap((name) => {
      const place = placeOf(join(directory, name));
      const device = place && readBlockDevice(place);
      return device ? [device] : [];
    });
}

/** Of one that is gone meanwhile, or that the kernel hides, undefined. */
function readBlockDevice(place: string): BlockDevice | undefined {
  const of = (name: string) => attribute(place, name);
  const number = of('dev');
  if (number === undefined || of('hidden') === '1') return undefined;
  const name = basename(place);
  const kind = kindOf(place, name);
  const disk = kind === 'partition' ? dirname(place) : place;
  const bus = busOf(place);
  const sequence = attribute(disk, 'diskseq');
  return {
    name,
    path: `/dev/${name.replaceAll('!', '/')}`,
    number,
    kind,
    whole: basename(disk),
    size: Number(of('size') ?? 0) * 512, // whatever its blocks are
    blockSize: Number(attribute(disk, 'queue/logical_block_size') ?? 512),
    readonly: of('ro') === '1',
    removable:
      attribute(disk, 'removable') === '1' ||
      bus === 'usb' ||
      bus === 'firewire' ||
      attribute(disk, 'device/type') === 'SD',
    holders: entriesOf(join(place, 'holders')),
    parted: kind !== 'loop' || of('loop/partscan') === '1',
    bus,
    vendor: vendorOf(disk, bus),
    model: attribute(disk, 'device/model') ?? attribute(disk, 'device/name'),
    serial: serialOf(disk),
    sequence: sequence === undefined ? undefined : Number(sequence),
    label: of('dm/name') ?? of('loop/backing_file'),
    mapper: of('dm/uuid')?.split('-')[0],
  };
}

function kindOf(place: string, name: string): BlockDevice['kind'] {
  if (existsSync(join(place, 'partition'))) return 'partition';
  if (attribute(place, 'device/type') === '5') return 'optical'; // SCSI's number of CD and DVD drives
  if (existsSync(join(place, 'dm'))) return 'mapped';
  if (existsSync(join(place, 'md'))) return 'raid';
  if (/^loop\d/.test(name)) return 'loop';
  return /^z?ram\d/.test(name) ? 'memory' : 'disk';
}

/** The nearest to the user first: a disk in a USB case is of SCSI as well. */
const buses: [Bus, RegExp][] = [
  ['usb', /\/usb\d+\//],
  ['firewire', /\/fw\d+/],
  ['mmc', /\/mmc_host\//],
  ['nvme', /\/nvme(-subsystem)?\//],
  ['sata', /\/ata\d+\//],
  ['scsi', /\/host\d+\//],
  ['virtio', /\/virtio\d+\//],
];

const busOf = (place: string): Bus | undefined => buses.find(([, mark]) => mark.test(place))?.[0];

/** Of virtio that is a number, and SCSI calls any ATA disk one of `ATA`. */
function vendorOf(disk: string, bus: Bus | undefined): string | undefined {
  const vendor = bus === 'virtio' ? undefined : attribute(disk, 'device/vendor');
  return vendor === 'ATA' ? undefined : vendor;
}

/** On USB that of the whole thing; a SCSI disk tells it in a page of its own (SPC-4, 7.8.16). */
function serialOf(disk: string): string | undefined {
  for (let above = dirname(disk); basename(above) !== 'devices' && above !== '/'; above = dirname(above))
    if (existsSync(join(above, 'idVendor'))) return attribute(above, 'serial');
  const page = attribute(disk, 'device/vpd_pg80');
  return (
    attribute(disk, 'serial') ?? attribute(disk, 'device/serial') ?? (page?.slice(4).trim() || undefined)
  );
}

/** Undefined where it is empty, is not there, or the driver has no answer. */
function attribute(place: string, name: string): string | undefined {
  try {
    return readFileSync(join(place, name), 'utf8').trim() || undefined;
  } catch (error) {
    if (errnoOf(error)) return undefined;
    throw error;
  }
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function placeOf(link: string): string | undefined {
  try {
    return realpathSync(link);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
