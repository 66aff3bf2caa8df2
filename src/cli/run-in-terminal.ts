import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';

/** Gives this process's terminal to a program until it ends. Ctrl-C is for it alone. @returns its exit code */
export async function runInTerminal([program = '', ...args]: readonly string[]): Promise<number> {
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
