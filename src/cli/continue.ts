import { basename, dirname, resolve } from 'node:path';
import { openHome } from '../machine/home.ts';
import { findMachine } from '../machine/machine.ts';
import { continueSuspended } from '../machine/start.ts';
import type { Command } from './command.ts';

/** Called by a machine's `run` where its supervisor starts it by itself and it is suspended. */
const continue_: Command = {
  run: async ({ values, scope }) => {
    const directory = resolve(values.extra[0] ?? '.');
    const home = openHome({ ...process.env, VMDIR: dirname(directory) });
    await continueSuspended(scope, findMachine(home, basename(directory)));
    return undefined;
  },
};

export default continue_;
