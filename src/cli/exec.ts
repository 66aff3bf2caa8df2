import type { Command } from './command.ts';
import { passOn } from './pass-on.ts';

const exec: Command = {
  run: async ({ engine, values, scope }) => {
    const { name, command, user, env, cwd } = values;
    const input = values.input ? process.stdin : undefined;
    const run = await engine.machine.spawn({ name, command, user, env, cwd, input }, scope);
    return await passOn(run);
  },
};

export default exec;
