import { signal } from '@preact/signals';
import type { MachineState, MachineView, OperationName } from '../engine.ts';
import { may, takes } from '../state/access.ts';
import { act } from '../state/act.ts';

/** Something that can be done with a machine, as buttons, menus, keys and the palette offer it. */
export interface Deed {
  label: string;
  operation: OperationName;
  /** Where the table names no states: those in which it makes sense. */
  states?: readonly MachineState[];
  danger?: boolean;
  /** It stands in the line of the machine, not behind the menu: always, or in these states. */
  near?: true | readonly MachineState[];
  keys?: string;
  act: (machine: MachineView) => void;
}

/** What is asked before something is done. */
export type Question = {
  kind: 'snapshot' | 'fork' | 'restore' | 'kill' | 'remove' | 'rename';
  machine: string;
  snapshot?: string;
};
/** A question as its dialog is given it. */
export interface Asked {
  asked: Question;
  close: () => void;
}

export const question = signal<Question | undefined>(undefined);

const up: MachineState[] = ['starting', 'running', 'paused', 'stopping'];
const ask = (kind: Question['kind']) => (machine: MachineView) => {
  question.value = { kind, machine: machine.name };
};

export const deeds: readonly Deed[] = [
  {
    label: 'Start',
    operation: 'machine.start',
    near: true,
    keys: 's',
    act: ({ name }) => act('machine.start', name, { name }),
  },
  {
    label: 'Resume',
    operation: 'machine.resume',
    near: true,
    keys: 'p',
    act: ({ name }) => act('machine.resume', name, { name }),
  },
  {
    label: 'Pause',
    operation: 'machine.pause',
    near: true,
    keys: 'p',
    act: ({ name }) => act('machine.pause', name, { name }),
  },
  {
    label: 'Snapshot',
    operation: 'snapshot.create',
    near: true,
    keys: 'c',
    act: ask('snapshot'),
  },
  { label: 'Fork', operation: 'machine.fork', near: true, keys: 'f', act: ask('fork') },
  {
    label: 'Stop',
    operation: 'machine.stop',
    states: ['starting', 'running', 'paused'],
    near: true,
    keys: 'X',
    act: ({ name }) => act('machine.stop', name, { name }),
  },
  {
    label: 'Suspend',
    operation: 'machine.suspend',
    act: ({ name }) => act('machine.suspend', name, { name }),
  },
  {
    label: 'Start cold',
    operation: 'machine.start',
    states: ['suspended'],
    act: ({ name }) => act('machine.start', name, { name, cold: true }),
  },
  {
    label: 'Restart',
    operation: 'machine.restart',
    states: ['running', 'paused'],
    act: ({ name }) => act('machine.restart', name, { name }),
  },
  {
    label: 'Press Ctrl-Alt-Del',
    operation: 'machine.keys',
    act: ({ name }) => act('machine.keys', name, { name, keys: ['ctrl-alt-delete'] }),
  },
  {
    label: 'Stop now',
    operation: 'machine.stop',
    states: up,
    near: ['stopping'],
    danger: true,
    act: ({ name }) => act('machine.stop', name, { name, now: true }),
  },
  {
    label: 'Kill',
    operation: 'machine.kill',
    states: [...up, 'suspended'],
    near: ['stopping'],
    danger: true,
    act: ask('kill'),
  },
  { label: 'Rename', operation: 'machine.rename', act: ask('rename') },
  { label: 'Remove', operation: 'machine.remove', danger: true, act: ask('remove') },
];

/** What this token may do with this machine as it is. */
export function deedsOf(machine: MachineView): Deed[] {
  return deeds.filter(
    ({ operation, states }) =>
      may(operation) && (states?.includes(machine.state) ?? true) && takes(operation, machine.state),
  );
}

/** Whether it stands in the line of the machine. */
export const isNear = ({ near }: Deed, { state }: MachineView): boolean =>
  near === true || (near?.includes(state) ?? false);

/** The one that is the next step. */
export function isFirst(deed: Deed, machine: MachineView): boolean {
  if (machine.state === 'paused') return deed.label === 'Resume';
  return deed.label === 'Start';
}
