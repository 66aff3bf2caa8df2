import type { Command } from './command.ts';

const qmp: Command = {
  run: async ({ engine, values, scope, printJson }) => {
    printJson(
      await engine.machine.qmp(
        { name: values.name, command: values.command, arguments: values.arguments },
        scope,
      ),
    );
    return undefined;
  },
};

export default qmp;
