import { setTimeout as pause } from 'node:timers/promises';
import type { Scope } from '../base/scope.ts';
import { keysOfText, parseCombination } from '../qemu/keys.ts';
import { converse } from './ask.ts';
import { checkState } from './locked.ts';
import type { Machine } from './machine.ts';
import { statusOf } from './status.ts';

/**
 * Milliseconds that a key is held down. A PS/2 keyboard's queue takes 16 bytes: the next key is pressed when this
 * one is up.
 */
const hold = 15;

/** Presses combinations one after another. @throws `key-unknown` before the first is pressed */
export async function pressKeys(
  scope: Scope,
  machine: Machine,
  combinations: readonly string[],
): Promise<number> {
  return await press(scope, machine, 'machine.keys', combinations.map(parseCombination));
}

/** Types a text on a US keyboard. @throws `key-unknown` before the first key is pressed */
export async function typeText(scope: Scope, machine: Machine, text: string): Promise<number> {
  return await press(scope, machine, 'machine.type', keysOfText(text));
}

async function press(
  scope: Scope,
  machine: Machine,
  operation: 'machine.keys' | 'machine.type',
  presses: string[][],
): Promise<number> {
  checkState(machine, operation, await statusOf(machine));
  await converse(scope, machine, 'engine', 'send-key', async (qmp) => {
    for (const keys of presses) {
      scope.check();
      const values = keys.map((data) => ({ type: 'qcode', data }));
      await qmp.execute('send-key', { keys: values, 'hold-time': hold });
      await pause(hold * 2);
    }
  });
  return presses.length;
}
