import { roundDuration } from '../base/durations.ts';
import { roundSize } from '../base/sizes.ts';
import { formatForward } from '../protocol/forward.ts';
import type { MachineView } from '../protocol/views.ts';
import { show } from './command.ts';
import { table } from './output.ts';
import { paintState } from './state.ts';

const headings = ['NAME', 'STATE', 'CPUS', 'MEMORY', 'UPTIME', 'PORTS', 'AUTOSTART', ''];

export default show(({ engine, values, scope }) => engine.machine.list(values, scope), render);

function render(machines: MachineView[]): string {
  if (machines.length === 0) return 'No machines yet. Make one: vm make hello --image tiny';
  const rows = machines.map((machine) => [
    machine.name,
    machine.state,
    machine.cpus === undefined ? '-' : String(machine.cpus),
    machine.memory === undefined ? '-' : roundSize(machine.memory),
    machine.uptime === undefined ? '-' : roundDuration(machine.uptime),
    machine.forwards.map(formatForward).join(' ') || '-',
    machine.autostart ? 'yes' : '-',
    machine.unsupervised ? 'no supervisor: vm start gives it one' : (machine.reason ?? ''),
  ]);
  if (process.stdout.isTTY) shorten(rows, process.stdout.columns);
  return table(headings, rows, (cell, column) => (column === 1 ? paintState(cell) : cell));
}

/** A long reason is cut at the edge of the terminal; `vm status` has all of it. */
function shorten(rows: string[][], columns: number): void {
  const last = headings.length - 1;
  const widths = headings
    .slice(0, last)
    .map((heading, at) => Math.max(heading.length, ...rows.map((row) => row[at]?.length ?? 0)) + 2);
  const room = Math.max(20, columns - widths.reduce((sum, width) => sum + width, 0));
  for (const row of rows)
    if ((row[last]?.length ?? 0) > room) row[last] = `${row[last]?.slice(0, room - 1)}…`;
}
