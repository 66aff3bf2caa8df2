import type { Scope } from '../base/scope.ts';
import { ask } from './ask.ts';
import { announce } from './life.ts';
import { locked } from './locked.ts';
import type { Machine } from './machine.ts';

/** Halts the guest's CPUs; QEMU and its sockets go on. */
export async function pause(scope: Scope, machine: Machine): Promise<void> {
  await locked(machine, 'machine.pause', () => ask(scope, machine, 'stop'));
  announce(machine);
}

export async function resume(scope: Scope, machine: Machine): Promise<void> {
  await locked(machine, 'machine.resume', () => ask(scope, machine, 'cont'));
  announce(machine);
}
