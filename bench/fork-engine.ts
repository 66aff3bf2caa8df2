import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { connectUnix } from '../src/host/unix-socket.ts';
import { awaitQmp } from './await-qmp.ts';
import type { Bench } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { paired } from './paired.ts';
import { idleMachine } from './tiny-machine.ts';

export const forkEngine: Benchmark = {
  name: 'fork-engine',
  how:
    '`engine.machine.fork` of a snapshot of the tiny guest, until the guest goes on; against a script of the bare ' +
    'minimum in the same Node, which spawns QEMU with the fork’s own command line in an empty directory and tells it ' +
    'by QMP to take up the same files.',
  measure: async (bench) => {
    await using _source = await idleMachine(bench, 'source');
    await bench.engine.snapshot.create({ name: 'source', snapshot: 'kept' });
    const snapshot = join(bench.vmdir, 'source/snapshots/kept');
    const argv = await forkArgv(bench, snapshot);
    return [
      await paired(bench, {
        what: '`engine.machine.fork` of a snapshot',
        over: 'bare QEMU and QMP',
        bar: 1.3,
        pairs: 40,
        ours: () => byEngine(bench),
        theirs: () => byHand(bench, argv, snapshot),
      }),
    ];
  },
};

async function byEngine(bench: Bench): Promise<number> {
  const began = performance.now();
  await bench.engine.machine.fork({ from: 'source@kept', names: ['forked'] });
  const took = performance.now() - began;
  await bench.engine.machine.remove({ name: 'forked', force: true });
  return took;
}

/** The command line of a fork; its memory is the snapshot's own file. */
async function forkArgv(bench: Bench, snapshot: string): Promise<string[]> {
  const { forks } = await bench.engine.machine.fork({ from: 'source@kept', names: ['forked'] });
  const words = readFileSync(`/proc/${forks[0]?.pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  await bench.engine.machine.remove({ name: 'forked', force: true });
  return words.map((word) => word.replace('mem-path=suspended/', `mem-path=${snapshot}/`));
}

async function byHand(bench: Bench, argv: readonly string[], snapshot: string): Promise<number> {
  // As deep as a machine's directory: the command line has paths that are relative to it.
  const directory = join(bench.vmdir, '.by-hand');
  mkdirSync(join(directory, 'supervise'), { recursive: true });
  const log = openSync(join(directory, 'log'), 'w');
  const [program = '', ...args] = argv;
  const began = performance.now();
  const qemu = spawn(program, args, { cwd: directory, stdio: ['ignore', log, log] });
  const ended = once(qemu, 'exit');
  try {
    using qmp = await awaitQmp(bench, join(directory, 'supervise/engine'));
    const ignoreShared = { capability: 'x-ignore-shared', state: true };
    const events = { capability: 'events', state: true };
    await qmp.execute('migrate-set-capabilities', { capabilities: [ignoreShared, events] });
    const { promise: restored, resolve, reject } = Promise.withResolvers<void>();
    qmp.onEvent = ({ event, data }) => {
      if (event === 'MIGRATION' && data?.status === 'completed') resolve();
      if (event === 'MIGRATION' && data?.status === 'failed') reject(new Error('QEMU did not take it up'));
    };
    await qmp.execute('migrate-incoming', { uri: 'unix:incoming' });
    const socket = await connectUnix(join(directory, 'incoming'));
    socket.end(readFileSync(join(snapshot, 'state')));
    await restored;
    await qmp.execute('cont');
    return performance.now() - began;
  } finally {
    qemu.kill('SIGKILL');
    await ended;
    closeSync(log);
    rmSync(directory, { recursive: true });
  }
}
