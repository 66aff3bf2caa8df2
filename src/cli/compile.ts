import { basename, dirname, resolve } from 'node:path';
import { compile as compileMachine } from '../machine/compile.ts';
import { openHome } from '../machine/home.ts';
import { findMachine } from '../machine/machine.ts';
import type { Command } from './command.ts';

/** Called by a machine's `run` where machine.yaml or a template is newer than it. */
const compile: Command = {
  run: async ({ values, scope }) => {
    const directory = resolve(values.extra[0] ?? '.');
    const home = openHome({ ...process.env, VMDIR: dirname(directory) });
    await compileMachine(scope, findMachine(home, basename(directory)));
    return undefined;
  },
};

export default compile;
