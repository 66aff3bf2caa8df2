import { isVivariumError } from '../base/errors.ts';
import { show } from './command.ts';
import { note } from './output.ts';
import { stateLine } from './state.ts';

export default show(
  async ({ engine, elsewhere, values, scope, json }) => {
    const asks = !elsewhere && process.stdin.isTTY && process.stdout.isTTY && !json;
    const answers = asks ? await (await import('./make-questions.ts')).askForMachine(values) : values;
    return await engine.machine
      .make(answers as Parameters<typeof engine.machine.make>[0], scope)
      .catch((error) => {
        // The machine is there; what failed is its first boot.
        if (isVivariumError(error, 'qemu-failed')) note(`${values.name} was made, and could not be booted:`);
        throw error;
      });
  },
  (machine) =>
    machine.state === 'stopped'
      ? `${machine.name} is made. Start it: vm start ${machine.name}`
      : stateLine(machine),
);
