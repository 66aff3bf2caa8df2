import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { Qmp, QmpClosed, QmpRefusal } from '../qemu/qmp.ts';
import { readServiceStatus } from '../runit/status.ts';
import { supervisorAlive } from '../runit/supervisor.ts';
import { fileOf, type MachineFile } from './files.ts';
import type { Machine } from './machine.ts';

/** Milliseconds to wait for QEMU's greeting: another client of the socket, or a busy QEMU, may keep us. */
const patience = 5000;

/**
 * Asks a machine's QEMU one thing.
 * @throws `qmp-failed` with QEMU's words, `qmp-closed`, `console-missing`, `console-busy`, `machine-state` where QEMU itself is stopped
 */
export function ask<Result = unknown>(
  scope: Scope,
  machine: Machine,
  command: string,
  parameters?: Record<string, unknown>,
): Promise<Result> {
  return converse(scope, machine, 'engine', command, (qmp) => qmp.execute<Result>(command, parameters));
}

/** Several questions on one connection; `command` names them in an error. */
export async function converse<T>(
  scope: Scope,
  machine: Machine,
  socket: Extract<MachineFile, 'engine' | 'qmp'>,
  command: string,
  talk: (qmp: Qmp) => Promise<T>,
): Promise<T> {
  const { name, directory } = machine;
  // A stopped QEMU neither answers nor hangs up: the wait for its greeting would look as if somebody else were there.
  if (readServiceStatus(directory)?.paused && supervisorAlive(directory)) {
    throw new VivariumError('machine-state', {
      name,
      state: 'stopped together with its QEMU (sv pause)',
      verb: 'talked to',
      next: `Let QEMU go on: vm sv cont ${name}`,
    });
  }
  // A timer counts whole milliseconds: this one ends behind the scope, which then says so.
  const connecting = Qmp.connect(fileOf(machine, socket), Math.min(patience, Math.ceil(scope.left) + 1));
  using qmp = await connecting.catch(() => {
    inTime(scope, name, command);
    throw new VivariumError('console-busy', { name, what: 'QMP socket' });
  });
  if (!qmp) throw new VivariumError('console-missing', { name, what: 'QMP socket' });
  return await talkOver(scope, machine, qmp, command, talk);
}

/** The same on a connection that there is; it is given up where the scope aborts. */
export async function talkOver<T>(
  scope: Scope,
  { name }: Machine,
  qmp: Qmp,
  command: string,
  talk: (qmp: Qmp) => Promise<T>,
): Promise<T> {
  const giveUp = () => qmp[Symbol.dispose]();
  scope.signal.addEventListener('abort', giveUp);
  try {
    return await talk(qmp);
  } catch (error) {
    if (error instanceof VivariumError) throw error;
    inTime(scope, name, command);
    if (error instanceof QmpRefusal)
      throw new VivariumError('qmp-failed', { name, command, said: error.message });
    if (error instanceof QmpClosed)
      throw new VivariumError('qmp-closed', { name, command }, { cause: error });
    throw error;
  } finally {
    scope.signal.removeEventListener('abort', giveUp);
  }
}

function inTime(scope: Scope, name: string, command: string): void {
  scope.check(() => ({
    awaited: `QEMU of ${name} to answer ${command}`,
    lines: [],
    hint: `It may be busy, or hang: vm status ${name}`,
  }));
}
