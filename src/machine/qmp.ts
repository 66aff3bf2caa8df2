import type { Scope } from '../base/scope.ts';
import { converse } from './ask.ts';
import { announce } from './life.ts';
import { checkState } from './locked.ts';
import type { Machine } from './machine.ts';
import { statusOf } from './status.ts';

/** Runs one QMP command for a user, on the users' own socket. @throws `qmp-failed`, `console-busy` */
export async function qmp(
  scope: Scope,
  machine: Machine,
  command: string,
  parameters?: Record<string, unknown>,
): Promise<unknown> {
  checkState(machine, 'machine.qmp', await statusOf(machine));
  const answer = await converse(scope, machine, 'qmp', command, (qmp) => qmp.execute(command, parameters));
  announce(machine); // nobody else knows what it has done
  return answer;
}
