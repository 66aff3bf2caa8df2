import type { Command } from './command.ts';
import { endProgress } from './output.ts';
import { runInTerminal } from './run-in-terminal.ts';

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
