import type { Forward } from './forward.ts';
import type { MachineSpec } from './machine-spec.ts';

/**
 * - suspended: no QEMU; its next start goes on where it was
 * - stopped: no QEMU; `reason` where it last ended badly
 * - starting: QEMU runs and does not answer yet, or waits for its next try after a crash
 * - stopping: on the ladder
 * - failed: the supervisor has given up, or the last start failed; `reason` says why
 * - broken: the directory cannot be read as a machine; `reason` says why
 */
export const machineStates = [
  'stopped',
  'suspended',
  'starting',
  'running',
  'paused',
  'stopping',
  'failed',
  'broken',
] as const;
export type MachineState = (typeof machineStates)[number];

/** A line of `vm list`. Sizes in bytes, times in milliseconds. */
export interface MachineView {
  name: string;
  state: MachineState;
  reason?: string;
  /** QEMU's process. */
  pid?: number;
  uptime?: number;
  cpus?: number;
  memory?: number;
  forwards: Forward[];
  /** What it was forked from: `web`, or `web@s1`; the like may be gone. */
  from?: string;
  /** Started by vmd (or a runsvdir) without being asked. */
  autostart: boolean;
  /** Made by runit-vm: templates, and no machine.yaml. */
  runitVm: boolean;
  /** QEMU runs without a supervisor, which was killed; `vm start` gives it a new one. */
  unsupervised?: true;
}

/** What `vm show` tells. */
export interface MachineDetail extends MachineView {
  directory: string;
  /** Absent where runit-vm made it or it is broken. */
  spec?: MachineSpec;
  templates: string[];
  /** The names of what was kept of it. */
  snapshots: string[];
  /** It is removed when it stops. */
  ephemeral?: true;
  /** The command line of the next start; absent where it cannot be compiled (see `reason`). */
  argv?: string[];
  accelerator?: { name: string; reason: string };
  sockets: Record<string, string>;
  supervisor?: { pid: number | undefined; by: 'runsvdir' | 'vm' };
}

export interface StopStep {
  step: 'powerdown' | 'quit' | 'kill';
  /** Milliseconds since the stop began. */
  at: number;
}

export interface StopReport {
  name: string;
  /** The rungs of the ladder that were needed; empty where it was not running. */
  steps: StopStep[];
}

export interface StartReport {
  name: string;
  pid: number;
  accelerator: { name: string; reason: string } | undefined;
  /** It was suspended, and goes on where it was. */
  resumed?: true;
  /** Milliseconds until QEMU answered. */
  took: number;
}

/** A disk of a machine. Sizes in bytes. */
export interface DiskView {
  /** Its place in machine.yaml, from 0 on. */
  number: number;
  /** As machine.yaml has it: relative to the machine's directory, or absolute. */
  file: string;
  format: 'qcow2' | 'raw';
  interface: string;
  readonly: boolean;
  /** What the guest sees; absent where the file is missing or no such disk. */
  size?: number;
  /** What its own file takes on the host. */
  allocated?: number;
  /** What lies below it: the name of an image, or a file. */
  below?: string;
}

/** Something that the source of an import says, and what it is now: `memory: 4G`. */
export interface Taken {
  /** In the source's own words. */
  what: string;
  line?: number | undefined;
  as: string;
}

/** Something of the source that the machine has not, or has otherwise. */
export interface Left {
  what: string;
  line?: number | undefined;
  /** The reason, and what to do instead. */
  why: string;
}

/** What an import has made, and what became of all that its source says. */
export interface ImportReport {
  machine: MachineView;
  taken: Taken[];
  left: Left[];
}

export interface ImageView {
  name: string;
  state: 'ready' | 'broken';
  reason?: string;
  kind?: string;
  /** What its files take on the disk; holes do not count. */
  bytes?: number;
  made?: string;
  source?: string;
  /** The machines that need it. */
  usedBy: string[];
}

/** What `vm image show` tells: all that is written down of an image. */
export interface ImageDetail extends Omit<ImageView, 'source'> {
  directory: string;
  /** What it was made from: package and version, or the file or URL, and its digest. */
  source?: Record<string, string>;
  files: ImageFile[];
  /** Of a disk: its format, and bytes that a guest sees, the least and what it gets unless asked. */
  format?: string;
  minimum?: number;
  size?: number;
  /** Of a disk: who logs in by ssh, and what follows a seed in it. */
  user?: string;
  seed?: string;
  /** The kernel's command line. */
  append?: string;
}

export interface ImageFile {
  /** What it is in the image: disk, overlay, kernel, … */
  role: string;
  file: string;
  bytes: number;
  sha256: string;
}

export interface ImageVerification {
  name: string;
  state: 'intact' | 'different' | 'broken';
  /** Where it is broken. */
  reason?: string;
  /** The files whose content is not what it was. */
  different: string[];
}

/** Something that took space, and is gone or could go. */
export interface PrunedItem {
  kind: 'build' | 'download' | 'package' | 'image';
  path: string;
  bytes: number;
}

export interface PruneReport {
  items: PrunedItem[];
  bytes: number;
  /** Nothing was removed, only looked for. */
  dryRun: boolean;
}

/** An image that a publisher offers. */
export interface CatalogueView {
  name: string;
  about: string;
  kind: 'disk' | 'iso';
  user?: string;
  /** Where it is loaded from. */
  from: string;
}

export interface Finding {
  /** What was looked at: `qemu-system-x86_64`. */
  what: string;
  state: 'ok' | 'warning' | 'missing';
  /** A sentence about what was found. */
  found: string;
  /** What to type. */
  advice?: string;
}

export interface Picture {
  png: Uint8Array;
  width: number;
  height: number;
}

/** A raw terminal line to a guest or a monitor. */
export interface Terminal {
  /**
   * What was printed before, as far as it is kept. Where viewers share a console (vmd), it is what they see, with some
   * scrollback: escape sequences for a terminal that shows nothing yet, of the size that was asked for, or else 80x24.
   */
  scrollback: Uint8Array;
  /** All that comes after it. Of a shared console, one that reads too slowly gets ESC c and the like of it instead. */
  output: AsyncIterable<Uint8Array>;
  /** Milliseconds since it last printed something, or since it was started. */
  idle: number;
  /** Somebody else types where this is false: then one can only watch, or try. */
  canType: boolean;
  /** Resolves when QEMU has taken the bytes. */
  write(bytes: Uint8Array): Promise<void>;
  close(): void;
}

/** A piece of what a command in the guest writes. */
export interface Chunk {
  stream: 'stdout' | 'stderr';
  bytes: Uint8Array;
}

export interface CommandEnd {
  /** Its exit code; 128 and the signal's number where one has killed it, 127 where the guest has no such command. */
  code: number;
  signal?: number;
}

/** A command that runs in the guest. */
export interface Execution {
  /** What it writes, as it comes; who leaves early has the command killed. It must be read for the command to end. */
  output: AsyncIterable<Chunk>;
  end: Promise<CommandEnd>;
}

/** A command that has run in the guest. */
export interface ExecResult extends CommandEnd {
  stdout: string;
  stderr: string;
}

export interface WaitReport {
  name: string;
  for: string;
  /** By what it was known: the line of the console, or a sentence. */
  seen: string;
  /** Milliseconds that were waited. */
  took: number;
}

/** How a guest is reached by ssh. */
export interface SshReach {
  host: string;
  port: number;
  user: string;
  /** The machine's own key; absent where it has none: then ssh takes the keys that its user has. */
  key?: string;
  knownHosts: string;
  /** A command line of ssh to which words for the guest, or more options, can be added. */
  argv: string[];
}

/** A tree that was packed as an initramfs. */
export interface PackReport {
  /** Absent where it went to standard output. */
  file?: string;
  compression: 'zstd' | 'gzip' | 'lz4' | 'xz' | 'none';
  /** In the tree, and those of them that were packed now: the others had been packed there before. */
  entries: number;
  packed: number;
  /** Of the file. */
  bytes: number;
  /** Why all was packed where a part might have done. */
  reason?: string;
  /** Milliseconds. */
  took: number;
}

/** What an initramfs holds, in the order in which the kernel unpacks it. */
export interface InitramfsListing {
  segments: InitramfsSegment[];
}

/** One of the archives that it is made of. */
export interface InitramfsSegment {
  packing: 'none' | 'gzip' | 'zstd' | 'lz4' | 'xz' | 'bzip2' | 'lzma' | 'lzo';
  /** Where in the file it begins; where several are packed as one, where that begins. */
  offset: number;
  entries: InitramfsMember[];
}

export interface InitramfsMember {
  /** What is no UTF-8 in it is replaced. */
  path: string;
  kind: 'file' | 'directory' | 'symlink' | 'character' | 'block' | 'fifo' | 'socket';
  /** Permissions, as a number. */
  mode: number;
  links: number;
  uid: number;
  gid: number;
  /** Bytes. */
  size: number;
  /** Seconds since 1970. */
  mtime: number;
  /** Where a symlink leads. */
  target?: string;
  /** Of a device. */
  major?: number;
  minor?: number;
}

export interface CopyReport {
  files: number;
  /** Of all of them, holes left out. */
  bytes: number;
  by: 'ssh' | 'agent';
  /** Milliseconds. */
  took: number;
}

/** Something that was booted at once. */
export interface RunView {
  /** The machine's name. */
  name: string;
  /** What is booted and how, for people: `live.iso (Debian live) directly`. */
  how: string;
  started: StartReport;
  /** Milliseconds from the call until QEMU was started, and since. */
  prepared: number;
  age: number;
  /** The only job of the guest: a command whose streams are passed on, or something at the console. */
  job?: 'streams' | 'console';
  /** It stays when it has stopped. */
  kept: boolean;
  /** What would make it quicker. */
  advice: string[];
  /** Files and directories of the host that it was made of: when one has changed, it would boot otherwise. */
  sources: string[];
}

/** A kept state of a machine. Sizes in bytes. */
export interface SnapshotView {
  /** The machine's name, and the snapshot's. */
  machine: string;
  name: string;
  state: 'ready' | 'broken';
  /** Why it is broken. */
  reason?: string;
  /** When it was taken, as ISO 8601. */
  made?: string;
  /** What the guest has, and what it takes on disk; disks are counted where they are. */
  memory?: number;
  bytes: number;
  disks: number;
  /** Machines whose disks lie on it, its own left out. */
  usedBy: string[];
  /** Milliseconds that the guest stood still for it; told where it is taken. */
  pause?: number;
}

/** What `vm snapshot show` tells. */
export interface SnapshotDetail extends SnapshotView {
  directory: string;
  /** What it needs to be gone on from. */
  needs?: { qemu: string; machine: string; accelerator: string; argv: string[] };
  layers: SnapshotLayer[];
}

/** A disk of a snapshot. */
export interface SnapshotLayer {
  /** The disk's place in machine.yaml, and its file there. */
  number: number;
  file: string;
  /** The frozen file, and those below it, the nearest first. */
  path: string;
  below: string[];
  /** What the guest sees, and what the frozen file takes. */
  size: number;
  allocated: number;
}

export interface SnapshotVerification {
  machine: string;
  name: string;
  state: 'whole' | 'damaged';
  /** What is wrong, a sentence each. */
  problems: string[];
  /** Files that were looked at. */
  files: number;
}

/** New machines that go on from one instant. Times in milliseconds. */
export interface ForkReport {
  from: string;
  forks: Fork[];
  /** How long the machine stood still; absent where a snapshot was forked. */
  pause?: number;
  took: number;
}

export interface Fork {
  name: string;
  pid: number;
  forwards: Forward[];
  /** From its beginning until its guest could go on; those that are made together go on together. */
  took: number;
}

export interface SuspendReport {
  name: string;
  /** What the state takes on disk. */
  bytes: number;
  /** Milliseconds. */
  took: number;
}
