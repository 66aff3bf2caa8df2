import type { Forward } from './forward.ts';
import type { MachineSpec } from './machine-spec.ts';

/**
 * - stopped: no QEMU; `reason` where it last ended badly
 * - starting: QEMU runs and does not answer yet, or waits for its next try after a crash
 * - stopping: on the ladder
 * - failed: the supervisor has given up, or the last start failed; `reason` says why
 * - broken: the directory cannot be read as a machine; `reason` says why
 */
export const machineStates = [
  'stopped',
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
  /** Milliseconds until QEMU answered. */
  took: number;
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
  bytes?: number;
  made?: string;
  source?: string;
  usedBy: string[];
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
  /** What was printed before, as far as it is kept. */
  scrollback: Uint8Array;
  output: AsyncIterable<Uint8Array>;
  /** Milliseconds since it last printed something, or since it was started. */
  idle: number;
  /** Somebody else types where this is false: then one can only watch. */
  canType: boolean;
  /** Resolves when QEMU has taken the bytes. */
  write(bytes: Uint8Array): Promise<void>;
  close(): void;
}
