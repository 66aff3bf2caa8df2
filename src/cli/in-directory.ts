import { basename, dirname, resolve } from 'node:path';
import type { Scope } from '../base/scope.ts';
import { openHome } from '../machine/home.ts';
import { findMachine, type Machine } from '../machine/machine.ts';
import type { Command } from './command.ts';

/** A command that a machine's scripts call in its directory, which they name: it prints nothing. */
export function inDirectory(act: (scope: Scope, machine: Machine) => Promise<unknown>): Command {
  return {
    run: async ({ values, scope }) => {
      const directory = resolve(values.extra[0] ?? '.');
      const home = openHome({ ...process.env, VMDIR: dirname(directory) });
      await act(scope, findMachine(home, basename(directory)));
      return undefined;
    },
  };
}
