import { roundDuration } from '../base/durations.ts';
import { allPrintable } from '../base/printable.ts';
import { Scope } from '../base/scope.ts';
import { roundSize } from '../base/sizes.ts';
import type { Engine } from '../protocol/engine.ts';
import { cpuPercent, type MachineUsage } from '../protocol/usage.ts';
import type { MachineView } from '../protocol/views.ts';
import { comeBack, pause } from './come-back.ts';
import type { Command } from './command.ts';
import { print, table } from './output.ts';
import { paintState } from './state.ts';
import { takeScreen } from './whole-screen.ts';

/** Milliseconds from table to table, and between the two looks that the first one needs. */
const [interval, glance] = [2000, 500];

/** A machine that runs, and what it takes of the host. */
interface Row extends MachineUsage, Pick<MachineView, 'state' | 'uptime'> {
  /** Percent of one CPU since the look before; absent where there was none. */
  percent?: number | undefined;
}

const top: Command = {
  run: async ({ engine, values: { name, once }, scope, json, printJson }) => {
    const endless = new Scope({ timeout: Number.MAX_SAFE_INTEGER, signal: scope.signal });
    const next = looking(engine, endless, name);
    await next();
    await pause(glance, scope.signal);
    scope.check();
    if (json) printJson(await next());
    else if (once || !process.stdout.isTTY) print(render(await next()));
    else await refresh(next, scope.signal);
    return undefined;
  },
};

export default top;

/** Looks at what runs, each time with what was used since the time before. */
function looking(engine: Engine, scope: Scope, name: string | undefined): () => Promise<Row[]> {
  let before = new Map<string, MachineUsage>();
  return async () => {
    const [usages, views] = await Promise.all([
      engine.machine.usage({ name }, scope),
      name === undefined
        ? engine.machine.list({}, scope)
        : engine.machine.status({ name }, scope).then((view) => [view]),
    ]);
    const known = new Map(views.map((view) => [view.name, view]));
    const rows = usages.map((usage) => {
      const { state = 'running', uptime } = known.get(usage.name) ?? {};
      return {
        ...usage,
        state,
        ...(uptime !== undefined && { uptime }),
        percent: cpuPercent(before.get(usage.name), usage),
      };
    });
    before = new Map(usages.map((usage) => [usage.name, usage]));
    return rows.sort((a, b) => (b.percent ?? 0) - (a.percent ?? 0));
  };
}

/** Shows a table in the place of the one before, until q or Ctrl-C is pressed. */
async function refresh(next: () => Promise<Row[]>, signal: AbortSignal): Promise<void> {
  using screen = takeScreen(['q', 'Q', '\u0003']);
  const over = AbortSignal.any([signal, screen.left]);
  while (!over.aborted) {
    const rows = await comeBack(next, over, ({ message }) => screen.show(`${message} Trying again.`));
    if (rows) screen.show(render(rows));
    await pause(interval, over);
  }
}

function render(rows: Row[]): string {
  if (rows.length === 0) return 'No machine runs. Start one: vm start NAME';
  return table(
    ['NAME', 'STATE', 'CPU %', 'MEMORY', 'UPTIME'],
    allPrintable(rows).map(({ name, state, percent, resident, memory, uptime }) => [
      name,
      state,
      percent === undefined ? '-' : percent.toFixed(1),
      `${roundSize(resident)} of ${roundSize(memory)}`,
      uptime === undefined ? '-' : roundDuration(uptime),
    ]),
    (cell, column) => (column === 1 ? paintState(cell) : cell),
  );
}
