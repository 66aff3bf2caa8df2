import { rmSync, writeFileSync } from 'node:fs';
import { fileOf } from './files.ts';
import { announce } from './life.ts';
import { locked } from './locked.ts';
import type { Machine } from './machine.ts';

/** Has vmd start the machine, or not: by runit's file `down`. What runs now goes on. */
export async function autostart(machine: Machine, on: boolean): Promise<void> {
  await locked(machine, 'machine.autostart', async () => {
    if (on) rmSync(fileOf(machine, 'down'), { force: true });
    else writeFileSync(fileOf(machine, 'down'), '');
  });
  announce(machine);
}
