import { allPrintable } from '../base/printable.ts';
import type { Change } from '../protocol/events.ts';
import type { MachineView } from '../protocol/views.ts';
import { lastingItems, sayLost } from './come-back.ts';
import type { Command } from './command.ts';
import { note, print, toJson } from './output.ts';
import { paintState } from './state.ts';

const events: Command = {
  run: async ({ engine, scope, json }) => {
    const known = new Map<string, MachineView>();
    let began = false;
    const open = () => engine.host.events({}, scope);
    for await (const change of lastingItems({ open, signal: scope.signal, lost: sayLost() })) {
      if (json) print(toJson(change));
      else
        for (const text of lines(allPrintable(change), known)) print(`${new Date().toISOString()} ${text}`);
      remember(change, known);
      // With all machines, which is how it begins: what changes from then on is told.
      if (!began && !json && process.stdout.isTTY) note('What changes from now on. Ctrl-C ends.');
      began = true;
    }
    return undefined;
  },
};

export default events;

/** A line for each thing that has happened, by what was known before. */
function lines(change: Change, known: ReadonlyMap<string, MachineView>): string[] {
  switch (change.kind) {
    case 'machines':
      return []; // that is how things are, and nothing that happens
    case 'machine':
      return [`machine ${change.machine.name} ${happened(known.get(change.machine.name), change.machine)}`];
    case 'machine-gone':
      return [`machine ${change.name} gone`];
    case 'images':
      return ['images changed'];
    case 'snapshots':
      return [`snapshots of ${change.name} changed`];
    case 'task':
      return [
        ['task', change.id, change.operation, change.subject, change.state, change.step, change.error]
          .filter((word) => word !== undefined)
          .join(' '),
      ];
  }
}

function happened(before: MachineView | undefined, now: MachineView): string {
  const reason = now.reason ? `: ${now.reason}` : '';
  if (!before) return `new, ${paintState(now.state)}${reason}`;
  if (before.state === now.state && before.reason === now.reason) return 'changed';
  return `${paintState(now.state)}${reason}`;
}

function remember(change: Change, known: Map<string, MachineView>): void {
  if (change.kind === 'machines') {
    known.clear();
    for (const machine of change.machines) known.set(machine.name, machine);
  }
  if (change.kind === 'machine') known.set(change.machine.name, change.machine);
  if (change.kind === 'machine-gone') known.delete(change.name);
}
