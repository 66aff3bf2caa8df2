import { writeFileSync } from 'node:fs';
import { asUnwritable } from '../host/unwritable.ts';
import type { Command } from './command.ts';
import { print } from './output.ts';

const screenshot: Command = {
  run: async ({ engine, values: { extra, ...parameters }, scope, json, printJson }) => {
    const { name } = parameters;
    const { png, width, height } = await engine.machine.screenshot({ ...parameters, name }, scope);
    const file: string | undefined = extra[0] ?? (process.stdout.isTTY || json ? `${name}.png` : undefined);
    if (file === undefined || file === '-') {
      process.stdout.write(png);
      return undefined;
    }
    save(file, png);
    if (json) printJson({ file, width, height });
    else print(`${file}: ${width} x ${height}`);
    return undefined;
  },
};

export default screenshot;

function save(file: string, png: Uint8Array): void {
  try {
    writeFileSync(file, png);
  } catch (error) {
    throw asUnwritable(error, file);
  }
}
