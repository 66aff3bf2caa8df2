import { errnoOf, VivariumError } from '../base/errors.ts';
import { type Lock, lock } from '../host/lock.ts';
import { operations } from '../protocol/operations.ts';
import type { MachineState } from '../protocol/views.ts';
import { type Machine, notFound } from './machine.ts';
import { type Status, statusOf } from './status.ts';

/** Milliseconds to wait for another command that works on the same machine. */
const patience = 10_000;

/**
 * Does something to a machine while nobody else does: takes the lock, reads the machine's state again and, where
 * the operation says in which states it is allowed, checks it.
 * @throws `machine-busy`, `machine-not-found`, `machine-state`
 */
export async function locked<T>(
  machine: Machine,
  operation: keyof typeof operations | undefined,
  act: (status: Status, held: Lock) => Promise<T>,
): Promise<T> {
  using held = await lockMachine(machine);
  if (!held.current()) throw notFound(machine);
  const status = await statusOf(machine, { locked: true });
  if (operation) checkState(machine, operation, status);
  return await act(status, held);
}

/** @throws `machine-state` */
export function checkState(machine: Machine, operation: keyof typeof operations, { state }: Status): void {
  const allowed: readonly MachineState[] | undefined = operations[operation].states;
  if (!allowed || allowed.includes(state)) return;
  const verb = operation.slice(operation.indexOf('.') + 1);
  throw new VivariumError('machine-state', {
    name: machine.name,
    state,
    verb: participles[operation] ?? participles[verb] ?? verb,
    next: nextStep(machine.name, state, verb),
  });
}

async function lockMachine(machine: Machine) {
  try {
    const held = await lock(machine.directory, { wait: patience });
    if (held) return held;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') throw notFound(machine);
    throw error;
  }
  throw new VivariumError('machine-busy', { name: machine.name, by: 'another command' });
}

/** Of an operation, or of all that have its verb. */
const participles: Record<string, string> = {
  'disk.remove': 'rid of a disk',
  'disk.add': 'given a disk',
  start: 'started',
  boot: 'booted',
  pause: 'paused',
  resume: 'resumed',
  rename: 'renamed',
  remove: 'removed',
  console: 'talked to',
  monitor: 'talked to',
  qmp: 'talked to',
  screenshot: 'pictured',
  screen: 'talked to',
  keys: 'typed to',
  type: 'typed to',
  set: 'changed',
  resize: 'resized',
  exec: 'talked to',
  spawn: 'talked to',
  ssh: 'talked to',
  copy: 'copied to or from',
  wait: 'waited for',
  fork: 'forked',
  suspend: 'suspended',
  'snapshot.create': 'saved',
  job: 'followed',
};

function nextStep(name: string, state: MachineState, verb: string): string {
  if (state === 'broken') return `See what is wrong: vm show ${name}`;
  if (state === 'suspended') return `Have it go on: vm start ${name}`;
  if (state === 'paused') return `Let it go on: vm resume ${name}`;
  if (state === 'stopped' || state === 'failed') return `Start it: vm start ${name}`;
  if (verb === 'start' || verb === 'boot') return `Sit at its console: vm console ${name}`;
  if (verb === 'rename' || verb === 'remove' || verb === 'resize') return `Stop it first: vm stop ${name}`;
  return `See how it is: vm status ${name}`;
}
