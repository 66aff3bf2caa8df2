import { basename, dirname, resolve } from 'node:path';
import { openHome } from '../machine/home.ts';
import { findMachine } from '../machine/machine.ts';
import { removeUnowned } from '../machine/run/ephemeral.ts';
import type { Command } from './command.ts';

/** Called by a machine's `finish` where it is to be gone when it has stopped. */
const reap: Command = {
  run: async ({ values, scope }) => {
    const directory = resolve(values.extra[0] ?? '.');
    const home = openHome({ ...process.env, VMDIR: dirname(directory) });
    await removeUnowned(scope, findMachine(home, basename(directory)));
    return undefined;
  },
};

export default reap;
