import { readFileSync, rmSync } from 'node:fs';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import type { Picture } from '../protocol/views.ts';
import { encodePng, type Pixels, parsePpm } from '../qemu/png.ts';
import { shrink } from '../qemu/shrink.ts';
import { ask } from './ask.ts';
import { fileOf, machineFiles } from './files.ts';
import { locked } from './locked.ts';
import type { Machine } from './machine.ts';

/**
 * What the machine's screen shows.
 * @param width the most that the picture may have; it is made smaller then
 * @throws `console-missing` where it has no graphics card
 */
export async function screenshot(scope: Scope, machine: Machine, width?: number): Promise<Picture> {
  const pixels = await dump(scope, machine);
  const shown = width === undefined ? pixels : shrink(pixels, width);
  return { png: encodePng(shown), width: shown.width, height: shown.height };
}

async function dump(scope: Scope, machine: Machine): Promise<Pixels> {
  return await locked(machine, 'machine.screenshot', async () => {
    const file = fileOf(machine, 'picture');
    try {
      // QEMU writes it, in its working directory, which is the machine's. PPM is there in every build.
      await ask(scope, machine, 'screendump', { filename: machineFiles.picture }).catch(noScreen(machine));
      const pixels = parsePpm(readFileSync(file));
      if (!pixels) throw new VivariumError('console-missing', { name: machine.name, what: 'screen' });
      return pixels;
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
