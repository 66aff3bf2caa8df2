import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import type { CheckedParametersOf } from '../protocol/operation.ts';
import type { Operations } from '../protocol/operations.ts';
import { readServiceStatus } from '../runit/status.ts';
import { type ControlLetter, control, supervisorAlive } from '../runit/supervisor.ts';
import type { Machine } from './machine.ts';
import { restart } from './restart.ts';
import { boot, start } from './start.ts';
import { statusOf } from './status.ts';
import { stop } from './stop.ts';

type Command = CheckedParametersOf<Operations['machine.sv']>['command'];

/**
 * runit's `sv` for a machine, with its words: a supervisor is started where one is needed, and what takes long is
 * waited for.
 * @returns the line that `sv` would print
 * @throws `machine-state` where no supervisor is there to send a signal
 */
export async function sv(scope: Scope, machine: Machine, command: Command): Promise<string> {
  const { state } = await statusOf(machine);
  const isDown = state === 'stopped' || state === 'failed';
  switch (command) {
    case 'up':
      if (isDown) await start(scope, machine);
      break;
    case 'once':
      if (isDown) await boot(scope, machine, []);
      break;
    case 'down':
    case 'exit':
      await stop(scope, machine, false);
      break;
    case 'restart':
      await restart(scope, machine, false);
      break;
    case 'status':
      break;
    default:
      if (!control(machine.directory, letters[command])) throw notSupervised(machine, command);
  }
  return serviceLine(machine);
}

const letters = { term: 't', kill: 'k', pause: 'p', cont: 'c' } as const satisfies Record<
  string,
  ControlLetter
>;

const participles = { term: 'ended', kill: 'killed', pause: 'paused', cont: 'continued' };

function notSupervised({ name }: Machine, command: keyof typeof letters): VivariumError {
  return new VivariumError('machine-state', {
    name,
    state: 'not supervised',
    verb: participles[command],
    next: `Give it a supervisor: vm start ${name}`,
  });
}

/** `run: hello: (pid 4711) 5s`, as sv(8) says it. */
function serviceLine(machine: Machine): string {
  const status = readServiceStatus(machine.directory);
  if (!status || !supervisorAlive(machine.directory)) return `down: ${machine.name}: not supervised`;
  const process = status.pid > 0 ? ` (pid ${status.pid})` : '';
  const seconds = `${Math.max(0, Math.floor((Date.now() - status.since) / 1000))}s`;
  const notes = [
    status.paused && 'paused',
    status.gotTerm && 'got TERM',
    status.state === 'run' && status.want === 'down' && 'want down',
  ].filter((note) => note !== false);
  return [`${status.state}: ${machine.name}:${process} ${seconds}`, ...notes].join(', ');
}
