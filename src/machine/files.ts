import { runitFiles } from '../runit/files.ts';

/** Every name in a machine's directory that is ours, each once. runit's own are in runit/files.ts. */
export const machineFiles = {
  ...runitFiles,
  /** The spec, meant to be read and edited. Absent in a machine that runit-vm made. */
  spec: 'machine.yaml',
  /** Files of QEMU arguments, joined in the order of their names at every start. */
  templates: 'templates',
  /** A template for a single start, removed when QEMU is run. */
  once: 'templates/once',
  /** Seconds that the guest may take to power off, where machine.yaml does not say. */
  wait: 'wait',
  /** Shell functions: pre_qemu, post_qemu, cleanup. */
  hooks: 'hooks',
  /** Where it exists, the machine is to be gone when it has stopped (see run/). */
  ephemeral: 'ephemeral',
  /** What a fork was made of: `web`, or `web@s1`. */
  forkedFrom: 'forked-from',
  /** Where it exists, the machine is kept warm for launches, and this says of what it was made (see ../snapshot/warm.ts). */
  warm: 'warm',
  /** The state that the machine goes on from at its next start (see saved.ts). */
  suspended: 'suspended',
  /** States that were kept, each under its name (see ../snapshot). */
  snapshots: 'snapshots',
  /** Files that are to take the place of the machine's own, all of them, before it is next started (see pending.ts). */
  pending: 'pending',
  /** The disk that `make` creates. */
  drive: 'drive.qcow2',
  /** The UEFI variables of this machine. */
  uefiVariables: 'uefi-vars.fd',
  /** What the console and QEMU said last, and what came before that. */
  logCurrent: 'log/current',
  logPrevious: 'log/previous',
  /** One line: what has become of QEMU (see life.ts). */
  life: 'supervise/life',
  /** The rungs that the stop ladder has taken, while it stops. */
  ladder: 'supervise/ladder',
  /** Where it exists, TERM sets nobody on the ladder: QEMU is being ended more directly. */
  noLadder: 'supervise/no-ladder',
  /** When QEMU was restarted after crashes, a line each in seconds of the epoch. */
  restarts: 'supervise/restarts',
  /** QEMU's sockets: QMP for users and their programs, QMP for the engine, the monitor for people, … */
  qmp: 'supervise/qmp',
  engine: 'supervise/engine',
  monitor: 'supervise/monitor',
  console: 'supervise/console',
  vnc: 'supervise/vnc',
  agent: 'supervise/agent',
  /** The streams of a command that is the only job of the guest, and what is said of it (see run/job.ts). */
  jobIn: 'supervise/job-in',
  jobOut: 'supervise/job-out',
  jobErr: 'supervise/job-err',
  jobStatus: 'supervise/job-status',
  /** The key with which its user comes in by ssh, and the host keys that the guest was seen to have. */
  sshKey: 'ssh/id_ed25519',
  sshPublicKey: 'ssh/id_ed25519.pub',
  sshKnownHosts: 'ssh/known_hosts',
  /** What the guest is to be told at its first boot, as a CD (see seed.ts). */
  seed: 'seed.iso',
  /** A state on its way out of QEMU or into it. */
  passage: 'supervise/state',
  /** A screenshot on its way from QEMU. */
  picture: 'supervise/screen.ppm',
} as const;

/** What QEMU and its scripts leave in supervise/, to be gone when the machine is stopped. */
export const remains = [
  machineFiles.qmp,
  machineFiles.engine,
  machineFiles.monitor,
  machineFiles.console,
  machineFiles.vnc,
  machineFiles.agent,
  machineFiles.jobIn,
  machineFiles.jobOut,
  machineFiles.jobErr,
  machineFiles.jobStatus,
  machineFiles.ladder,
  machineFiles.noLadder,
  machineFiles.passage,
  machineFiles.picture,
];

export type MachineFile = keyof typeof machineFiles;

/** The path of one of a machine's files. */
export function fileOf(machine: { directory: string }, file: MachineFile): string {
  return `${machine.directory}/${machineFiles[file]}`;
}
