import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { supervisorAlive } from '../src/runit/supervisor.ts';
import { awaitText } from './await-text.ts';
import { type Bench, node, vm } from './bench.ts';
import { followFile } from './follow-file.ts';
import { timeToText } from './time-to-text.ts';

/** The first words of the tiny guest's first process. */
const userSpace = 'vivarium: user space';

/** @returns milliseconds from right before `vm start` until the guest's words stand in the machine's log */
export async function bootByVm(bench: Bench, name: string): Promise<number> {
  const directory = join(bench.vmdir, name);
  using log = followFile(join(directory, 'log/current'), 'end');
  const began = performance.now();
  const child = spawn(node, [vm, 'start', name], { env: bench.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => {
      said += bytes;
    });
  }
  const ended = once(child, 'close');
  try {
    const came = await awaitText(userSpace, log.news, () => !child.exitCode, bench.signal);
    return came - began;
  } catch (error) {
    throw new Error(`vm start ${name}: ${said}`, { cause: error });
  } finally {
    await ended;
    bench.runVm('kill', name);
    await supervisorGone(directory);
  }
}

/** @returns milliseconds from right before QEMU is spawned until the guest's words come out of its pipe */
export function bootByQemu(bench: Bench, name: string, argv: readonly string[]): Promise<number> {
  const [program = '', ...args] = argv;
  return timeToText(bench, { program, args, cwd: join(bench.vmdir, name), text: userSpace });
}

/** The next start is a cold one. */
export async function supervisorGone(directory: string): Promise<void> {
  for (const end = performance.now() + 10_000; supervisorAlive(directory); ) {
    if (performance.now() > end) throw new Error(`the supervisor of ${directory} does not go`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The command line that `vm start` would run. */
export function argvOf(bench: Bench, name: string): string[] {
  return (JSON.parse(bench.runVm('show', name, '--json')) as { argv: string[] }).argv;
}
