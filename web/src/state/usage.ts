import { cpuPercent, type MachineUsage } from '../engine.ts';

/** What a machine takes of the host at one moment. */
export interface Sample {
  /** Milliseconds since the host's boot. */
  at: number;
  /** CPUs that were busy for it since the sample before: 1 is one whole CPU. */
  cpu: number;
  /** Bytes of the host's memory. */
  memory: number;
}

/** Samples that are kept of a machine. */
export const room = 60;

/** The samples with what was seen now, oldest first; none are left of a QEMU that is another than before. */
export function withUsage(
  samples: readonly Sample[],
  before: MachineUsage | undefined,
  now: MachineUsage,
): readonly Sample[] {
  if (before?.pid === now.pid && now.at <= before.at) return samples;
  const busy = cpuPercent(before, now);
  if (busy === undefined) return [];
  return [...samples, { at: now.at, cpu: busy / 100, memory: now.resident }].slice(-room);
}

/** The share of its own CPUs that a machine keeps busy, from 0 to 1. */
export function cpuShare(sample: Sample | undefined, cpus: number | undefined): number | undefined {
  return sample && Math.min(1, Math.max(0, sample.cpu / (cpus ?? 1)));
}
