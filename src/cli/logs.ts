import type { Command } from './command.ts';

const logs: Command = {
  run: async ({ engine, values, scope }) => {
    for await (const text of await engine.machine.logs(values as { name: string }, scope))
      process.stdout.write(text);
    return undefined;
  },
};

export default logs;
