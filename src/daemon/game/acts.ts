import type { GameAct } from '../../protocol/game.ts';
import type { Caller } from '../caller.ts';
import type { Calls } from './calls.ts';
import type { Consoles } from './consoles.ts';
import type { Machines } from './machines.ts';
import { readText } from './read-text.ts';

/** What acts are done to. */
export interface Doing {
  caller: Caller;
  calls: Calls;
  consoles: Consoles;
  machines: Machines;
  owned: Set<string>;
}

type Acts = {
  [Name in GameAct['act']]: (doing: Doing, act: Extract<GameAct, { act: Name }>) => void;
};

/** Milliseconds in which a console has to be read. */
const patience = 10_000;

const acts: Acts = {
  call: ({ calls, machines }, { call, operation, parameters }) =>
    calls.begin(call, operation, parameters, (names) => {
      for (const name of names) machines.started(name);
    }),
  read: ({ calls, caller }, { call, machine, lines }) =>
    calls.answer(call, 'machine.console', async (scope) => ({
      text: await readText(caller.engine, machine, lines, scope(patience)),
    })),
  type: ({ consoles }, { machine, hex }) => consoles.type(machine, Buffer.from(hex, 'hex')),
  look: ({ consoles }, { machine, columns, rows }) => consoles.look(machine, { columns, rows }),
  unlook: ({ consoles }, { machine }) => consoles.unlook(machine),
  hear: ({ consoles }, { machine }) => consoles.hear(machine),
  unhear: ({ consoles }, { machine }) => consoles.unhear(machine),
  own: ({ owned }, { machines }) => {
    for (const name of machines) owned.add(name);
  },
  disown: ({ owned }, { machines }) => {
    for (const name of machines) owned.delete(name);
  },
};

export const doAct = (doing: Doing, act: GameAct): void =>
  (acts[act.act] as (doing: Doing, act: GameAct) => void)(doing, act);
