import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import type { Command } from './command.ts';
import { endProgress } from './output.ts';

const ssh: Command = {
  run: async ({ engine, values, scope, json, printJson }) => {
    const { name, user, port, command } = values;
    const reach = await engine.machine.ssh({ name, user, port, command }, scope);
    if (json) {
      printJson(reach);
      return undefined;
    }
    endProgress();
    return await runInTerminal(reach.argv);
  },
};

export default ssh;

/** Gives this process's terminal to a program until it ends. Ctrl-C is for it alone. @returns its exit code */
async function runInTerminal([program = '', ...args]: string[]): Promise<number> {
  const child = spawn(program, args, { stdio: 'inherit' });
  const leave = () => child.kill();
  const stay = () => {};
  process.on('SIGINT', stay).on('SIGTERM', leave);
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + constants.signals[signal ?? 'SIGTERM'];
  } finally {
    process.off('SIGINT', stay).off('SIGTERM', leave);
  }
}
