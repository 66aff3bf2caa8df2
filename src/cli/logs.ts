import { Scope } from '../base/scope.ts';
import type { Command } from './command.ts';

const logs: Command = {
  run: async ({ engine, values, scope }) => {
    // Following has no end of its own.
    const patient = values.follow
      ? new Scope({ timeout: Number.MAX_SAFE_INTEGER, signal: scope.signal })
      : scope;
    for await (const text of await engine.machine.logs(values as { name: string }, patient))
      process.stdout.write(text);
    return undefined;
  },
};

export default logs;
