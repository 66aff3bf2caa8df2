import { join } from 'node:path';
import { Qmp, type QmpEvent } from '../src/qemu/qmp.ts';
import type { Bench } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { awaitAnswer, consoleOf } from './console-answer.ts';
import { spreadOf } from './spread.ts';
import { idleMachine } from './tiny-machine.ts';

const bar = 150;

export const snapshotPause: Benchmark = {
  name: 'snapshot-pause',
  how:
    'How long a tiny guest of 2 GB stands still for `vm snapshot create`: as the command says, and as QEMU says it ' +
    'in the times of its events STOP and RESUME. Once as it has booted, and once when it has written a GB to a file in memory.',
  measure: async (bench) => {
    await using _source = await idleMachine(bench, 'source', '2G');
    const idle = await pauses(bench, 'guest of 2 GB');
    const fill = {
      command:
        'mount -o remount,size=90% / || mount -t tmpfs -o size=90% t /mnt; cd /mnt; dd if=/dev/urandom of=random bs=1M count=1000; echo filled=$((6*7))',
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
    using events = await stopsAndResumes(bench);
    const { pause = 0 } = JSON.parse(bench.runVm('snapshot', 'create', 'source', 'kept', '--json'));
    bench.runVm('snapshot', 'rm', 'source', 'kept');
    if (round < 0) continue;
    said.push(pause);
    seen.push(events.stood());
  }
  const finding = (by: string, took: number[]) =>
    ({ kind: 'duration', what: `pause of a ${what}, ${by}`, took: spreadOf(took), bar }) as const;
  return [finding('as `vm` says', said), finding('as QEMU says', seen)];
}

/** Listens to QEMU's own times of its stops. */
async function stopsAndResumes(bench: Bench): Promise<{ stood(): number } & Disposable> {
  const qmp = await Qmp.connect(join(bench.vmdir, 'source/supervise/qmp'), 10_000);
  if (!qmp) throw new Error('QEMU does not answer');
  let last = 0;
  let stood = 0;
  qmp.onEvent = (event: QmpEvent & { timestamp?: { seconds: number; microseconds: number } }) => {
    const { seconds = 0, microseconds = 0 } = event.timestamp ?? {};
    const at = seconds * 1000 + microseconds / 1000;
    if (event.event === 'STOP') last = at;
    if (event.event === 'RESUME') stood += at - last;
  };
  return { stood: () => stood, [Symbol.dispose]: () => qmp[Symbol.dispose]() };
}
