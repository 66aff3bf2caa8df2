import { lastingItems, sayLost } from './come-back.ts';
import type { Command } from './command.ts';

const logs: Command = {
  run: async ({ engine, values, scope }) => {
    const wanted = values as { name: string; follow?: boolean };
    const open = (isBack: boolean) => engine.machine.logs({ ...wanted, ...(isBack && { lines: 0 }) }, scope);
    const texts = wanted.follow
      ? lastingItems({ open, signal: scope.signal, lost: sayLost() })
      : await open(false);
    for await (const text of texts) process.stdout.write(text);
    return undefined;
  },
};

export default logs;
