import type { GameAct } from '../../protocol/game.ts';
import { onlyLooks } from '../../protocol/operation.ts';
import { operations } from '../../protocol/operations.ts';
import type { ForkReport, StartReport } from '../../protocol/views.ts';
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
  call: ({ calls, caller, machines }, { call, operation, parameters }) =>
    calls.begin(call, operation, parameters, async (name, result) => {
      const started = startedIn(result);
      for (const it of started) machines.started(it);
      if (onlyLooks(operations[name])) return;
      await machines.lookAt(caller.engine, [...new Set([...namedIn(parameters), ...started])]);
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

/** The machines that the parameters of an operation may be about. */
const namedIn = ({ name, names = [] }: Record<string, unknown>): string[] =>
  [name, ...(Array.isArray(names) ? names : [])].filter((it) => typeof it === 'string');

/** The machines that a report of a start (StartReport, ForkReport) names. */
function startedIn(result: unknown): string[] {
  const { forks = [] } = (result ?? {}) as Partial<ForkReport>;
  return [result as Partial<StartReport> | null, ...forks].flatMap((it) =>
    it?.pid !== undefined && it.name !== undefined ? [it.name] : [],
  );
}
