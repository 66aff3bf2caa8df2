/** What a running machine takes of its host, at one moment: QEMU and all that it does for its guest. */
export interface MachineUsage {
  name: string;
  pid: number;
  /** Milliseconds of CPU time that it has used, of all CPUs. */
  cpu: number;
  /** Bytes of memory that are in use; forks count in what they share. */
  resident: number;
  /** Bytes of memory that the guest has. */
  memory: number;
  /** Bytes that were read from disks and written to them; absent where the kernel does not say. */
  read?: number;
  written?: number;
  /** When, in milliseconds since the host's boot. */
  at: number;
}

/**
 * How much of one CPU was used between two looks, in percent: 200 is two whole ones.
 * @returns undefined where that is not the same QEMU, or no time has passed
 */
export function cpuPercent(
  before: Pick<MachineUsage, 'pid' | 'cpu' | 'at'> | undefined,
  now: Pick<MachineUsage, 'pid' | 'cpu' | 'at'>,
): number | undefined {
  if (before?.pid !== now.pid || now.at <= before.at || now.cpu < before.cpu) return undefined;
  return ((now.cpu - before.cpu) / (now.at - before.at)) * 100;
}
