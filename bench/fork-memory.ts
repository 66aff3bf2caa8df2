import { readFileSync } from 'node:fs';
import { awaitQuiet } from './await-quiet.ts';
import type { Bench } from './bench.ts';
import type { Benchmark, Size } from './benchmark.ts';
import { awaitAnswer, consoleOf } from './console-answer.ts';
import { spreadOf } from './spread.ts';
import { idleMachine } from './tiny-machine.ts';

const count = 8;

export const forkMemory: Benchmark = {
  name: 'fork-memory',
  how:
    `Memory that is a fork’s alone (\`Private_Clean\` and \`Private_Dirty\` of /proc/PID/smaps_rollup), of ${count} forks ` +
    'of one instant of the tiny guest that are there at once, have answered at their consoles and idle.',
  measure: async (bench) => [await measured(bench, '256M'), await measured(bench, '2G')],
};

async function measured(bench: Bench, memory: string): Promise<Size> {
  await using _source = await idleMachine(bench, 'source', memory);
  const { forks } = await bench.engine.machine.fork({ from: 'source', count });
  for (const { name } of forks) await awaitAnswer(bench, consoleOf(bench, name));
  const pids = forks.map(({ pid }) => pid);
  await awaitQuiet(pids, bench.signal);
  const bytes = spreadOf(pids.map(privateBytes));
  for (const { name } of forks) await bench.engine.machine.remove({ name, force: true });
  return { kind: 'size', what: `private memory of an idle fork of ${memory}`, bytes, bar: 32e6 };
}

function privateBytes(pid: number): number {
  const lines = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').matchAll(/^Private_\w+: +(\d+) kB$/gm);
  return [...lines].reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1024, 0);
}
