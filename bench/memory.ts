import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findSupervisor } from '../src/runit/supervisor.ts';
import type { Benchmark, Memory } from './benchmark.ts';
import { fleetOf } from './fleet.ts';

interface Resident {
  rss: number;
  pss: number;
}

const bar = 2e6;

export const memory: Benchmark = {
  name: 'memory',
  how:
    'What stands beside QEMU for each running machine, averaged over the running ones of the fleet, from ' +
    '/proc/PID/smaps_rollup. RSS counts a page of the C library in full for each process, PSS by its share.',
  measure: async (bench) => {
    const { running } = await fleetOf(bench);
    const each = running.map(({ name }) => {
      const directory = join(bench.vmdir, name);
      const supervisor = residentOf(findSupervisor(directory)?.pid ?? 0);
      const log = residentOf(Number(readFileSync(join(directory, 'log/supervise/pid'), 'utf8')));
      return { supervisor, log };
    });
    return [
      average(
        'runsv',
        each.map(({ supervisor }) => supervisor),
      ),
      average(
        'runsv and its log service',
        each.map(({ supervisor, log }) => ({
          rss: supervisor.rss + log.rss,
          pss: supervisor.pss + log.pss,
        })),
      ),
    ];
  },
};

function residentOf(pid: number): Resident {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const bytes = (key: string) =>
    Number(new RegExp(`^${key}: +(\\d+) kB$`, 'm').exec(text)?.[1] ?? Number.NaN) * 1024;
  return { rss: bytes('Rss'), pss: bytes('Pss') };
}

function average(what: string, each: readonly Resident[]): Memory {
  const mean = (key: keyof Resident) => each.reduce((sum, one) => sum + one[key], 0) / each.length;
  return { kind: 'memory', what, rss: mean('rss'), pss: mean('pss'), machines: each.length, bar };
}
