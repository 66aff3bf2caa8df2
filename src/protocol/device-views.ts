/** What keeps a device from being written to; but for the last two, `--force` changes nothing. */
export type Unfit =
  | 'not-a-device'
  | 'partition'
  | 'optical'
  | 'virtual'
  | 'no-medium'
  | 'readonly'
  | 'system'
  | 'holds-image'
  | 'mounted'
  | 'swap'
  | 'held'
  | 'open'
  | 'too-small'
  | 'not-permitted'
  | 'changed'
  | 'loop'
  | 'fixed';

/** A part of a device, as its partition table has it. Sizes in bytes. */
export interface DevicePart {
  name: string;
  size: number;
  fileSystem?: string;
  label?: string;
}

/** A whole block device of the host. Sizes in bytes. */
export interface DeviceView {
  /** What is typed again before anything is written: `sdb`. */
  name: string;
  path: string;
  /** What was asked for, where that is a link to `path`. */
  via?: string;
  size: number;
  /** How it is attached: `usb`, `mmc`, `nvme`, `sata`, … */
  bus?: string;
  vendor?: string;
  model?: string;
  serial?: string;
  /** Of a loop device: the file that it shows. */
  file?: string;
  /** It can be taken out by hand. */
  removable: boolean;
  /** What is on it: its kind of partition table, or a file system without one. */
  table?: string;
  fileSystem?: string;
  label?: string;
  parts: DevicePart[];
  /** Is another one as soon as another device, or another medium, has this name. */
  identity: string;
  /** Absent where it may be written to. */
  unfit?: { reason: Unfit; problem: string; next: string };
}

/** An image that stands on a device now, read back and equal. */
export interface DeviceReport {
  name: string;
  path: string;
  image: string;
  bytes: number;
  /** Milliseconds of writing and of reading back. */
  took: { writing: number; comparing: number };
  /** Whether the kernel knows the new partitions; of a device that can have none, too. */
  tableRead: boolean;
}

/** What would be written, and where to. */
export interface DevicePlan {
  image: { file: string; size: number };
  device: DeviceView;
}
