import { readFileSync, rmSync } from 'node:fs';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import type { Picture } from '../protocol/views.ts';
import { encodePng, parsePpm } from '../qemu/png.ts';
import { ask } from './ask.ts';
import { fileOf, machineFiles } from './files.ts';
import { locked } from './locked.ts';
import type { Machine } from './machine.ts';

/** What the machine's screen shows. @throws `console-missing` where it has no graphics card */
export async function screenshot(scope: Scope, machine: Machine): Promise<Picture> {
  return await locked(machine, 'machine.screenshot', async () => {
    const file = fileOf(machine, 'picture');
    try {
      // QEMU writes it, in its working directory, which is the machine's. PPM is there in every build.
      await ask(scope, machine, 'screendump', { filename: machineFiles.picture }).catch(noScreen(machine));
      const pixels = parsePpm(readFileSync(file));
      if (!pixels) throw new VivariumError('console-missing', { name: machine.name, what: 'screen' });
      return { png: encodePng(pixels), width: pixels.width, height: pixels.height };
    } finally {
      rmSync(file, { force: true });
    }
  });
}

const noScreen = (machine: Machine) => (error: unknown) => {
  if (error instanceof VivariumError && /no QemuConsole|There is no console/i.test(error.message)) {
    throw new VivariumError('console-missing', { name: machine.name, what: 'screen' }, { cause: error });
  }
  throw error;
};
