import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { awaitPrompt } from './await-prompt.ts';
import { awaitQmp } from './await-qmp.ts';
import type { Bench } from './bench.ts';
import { argvOf } from './boot-time.ts';
import { awaitAnswer } from './console-answer.ts';
import { programTime } from './program-time.ts';

/** A guest in a QEMU that nobody supervises, which saves its state itself. */
export interface SavevmGuest extends AsyncDisposable {
  /** @returns milliseconds from before it is told to save until a new QEMU with that state has answered */
  saveAndRestore(): Promise<number>;
}

/** @param like the machine whose command line it has, but for a disk for the state */
export async function savevmGuest(bench: Bench, like: string): Promise<SavevmGuest> {
  // As deep as a machine's directory: the command line has paths that are relative to it.
  const directory = join(bench.vmdir, '.savevm');
  mkdirSync(join(directory, 'supervise'), { recursive: true });
  programTime('qemu-img', ['create', '-q', '-f', 'qcow2', join(directory, 'state.qcow2'), '1G'], {});
  const [program = '', ...args] = argvOf(bench, like);
  const argv = [...plainMemory(args), '-drive', 'if=none,id=state,file=state.qcow2,format=qcow2'];
  const run = (...more: string[]) => {
    const log = openSync(join(directory, 'log'), 'a');
    const qemu = spawn(program, [...argv, ...more], { cwd: directory, stdio: ['ignore', log, log] });
    closeSync(log);
    return qemu;
  };
  let qemu = run();
  await awaitPrompt(bench, join(directory, 'log'));
  return {
    saveAndRestore: async () => {
      const began = performance.now();
      const ended = once(qemu, 'exit');
      {
        using qmp = await awaitQmp(bench, join(directory, 'supervise/engine'));
        const said = await qmp.execute('human-monitor-command', { 'command-line': 'savevm state' });
        if (said !== '') throw new Error(`savevm: ${said}`);
        await qmp.execute('quit');
      }
      await ended;
      qemu = run('-loadvm', 'state');
      return (await awaitAnswer(bench, join(directory, 'supervise/console'))) - began;
    },
    [Symbol.asyncDispose]: async () => {
      const ended = once(qemu, 'exit');
      qemu.kill('SIGKILL');
      await ended;
      rmSync(directory, { recursive: true });
    },
  };
}

/** `savevm` is used with memory as QEMU has it by itself: without a backend, and the board's word for it. */
function plainMemory(args: readonly string[]): string[] {
  const ours = (word: string | undefined) => /^memory-backend[-=]/.test(word ?? '');
  return args.filter((word, index) => !ours(word) && !ours(args[index + 1]));
}
