import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Qmp } from '../src/qemu/qmp.ts';
import { type Bench, node, vm } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { awaitAnswer, consoleOf } from './console-answer.ts';
import { spreadOf } from './spread.ts';
import { idleMachine } from './tiny-machine.ts';

const bar = 150;

export const snapshotPause: Benchmark = {
  name: 'snapshot-pause',
  how:
    'How long a tiny guest of 2 GB stands still for `vm snapshot create`: as the command says, and from QEMU’s event ' +
    'STOP to its event RESUME. Once as it has booted, and once when it has written a GB to a file in memory.',
  measure: async (bench) => {
    await using _source = await idleMachine(bench, 'source', '2G');
    const idle = await pauses(bench, 'guest of 2 GB');
    const fill = {
      command:
        'mount -o remount,size=90% /; dd if=/dev/urandom of=/random bs=1M count=1000; echo filled=$((6*7))',
      answer: 'filled=42',
    };
    await awaitAnswer(bench, consoleOf(bench, 'source'), fill);
    return [...idle, ...(await pauses(bench, 'guest of 2 GB that uses 1 GB'))];
  },
};

async function pauses(bench: Bench, what: string) {
  const said: number[] = [];
  const seen: number[] = [];
  for (let round = -1; round < bench.rounds(10); round++) {
    bench.signal.throwIfAborted();
    using stop = await nextStop(bench);
    const args = [vm, 'snapshot', 'create', 'source', 'kept', '--json'];
    const { stdout } = await promisify(execFile)(node, args, { env: bench.env });
    const stood = await stop.stood;
    bench.runVm('snapshot', 'rm', 'source', 'kept');
    if (round < 0) continue;
    said.push((JSON.parse(stdout) as { pause: number }).pause);
    seen.push(stood);
  }
  const finding = (by: string, took: number[]) =>
    ({ kind: 'duration', what: `pause of a ${what}, ${by}`, took: spreadOf(took), bar }) as const;
  return [finding('as `vm` says', said), finding('by QEMU’s events', seen)];
}

/** Listens to QEMU until its guest has stood still and goes on. @returns milliseconds between these two */
async function nextStop(bench: Bench): Promise<{ stood: Promise<number> } & Disposable> {
  const qmp = await Qmp.connect(join(bench.vmdir, 'source/supervise/qmp'), 10_000);
  if (!qmp) throw new Error('QEMU does not answer');
  const { promise: stood, resolve } = Promise.withResolvers<number>();
  let last = Number.NaN;
  qmp.onEvent = ({ event }) => {
    if (event === 'STOP') last = performance.now();
    if (event === 'RESUME') resolve(performance.now() - last);
  };
  return { stood, [Symbol.dispose]: () => qmp[Symbol.dispose]() };
}
