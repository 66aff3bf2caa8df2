import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { show } from './command.ts';
import { startedLine } from './started.ts';

export default show(({ engine, elsewhere, values, scope }) => {
  const given: string[] = values.arguments ?? [];
  return engine.machine.boot(
    { name: values.name, arguments: elsewhere ? given : given.map(fromHere) },
    scope,
  );
}, startedLine);

/** QEMU works in the machine's directory; a file that is meant here is named so that it is found from there. */
function fromHere(argument: string): string {
  return /^[^-].*[./]/.test(argument) && existsSync(argument) ? resolve(argument) : argument;
}
