import { join } from 'node:path';
import { quoteWord } from '../base/quote-word.ts';
import { roundSize } from '../base/sizes.ts';
import { diskUsage } from '../host/disk-usage.ts';
import { fileOf } from '../machine/files.ts';
import type { Home } from '../machine/home.ts';
import { entries, layersOf, unneededLayers } from '../machine/layers.ts';
import { listMachines } from '../machine/machine.ts';
import { isSuspended } from '../machine/saved.ts';
import type { Finding } from '../protocol/views.ts';
import { type HeldMemory, heldMemory } from './held-memory.ts';
import { listSnapshots } from './snapshot.ts';

/** Says what machines and what was kept of them take: memory, states and frozen disks. Changes nothing. */
export function holdings(home: Home): Finding[] {
  return [...heldMemory(home).map(memory), ...snapshots(home), ...suspended(home), ...layers(home)];
}

function memory({ machines, size, bytes }: HeldMemory): Finding {
  const taken = `${roundSize(bytes)} of ${roundSize(size)}`;
  const [first = ''] = machines;
  const found =
    machines.length === 1 ? `${taken} in use by ${first}` : `${taken}, shared by ${someOf(machines)}`;
  return { what: 'memory', state: 'ok', found };
}

function snapshots(home: Home): Finding[] {
  const all = listSnapshots(home, undefined).map((it) => ({ ...it, name: `${it.machine}@${it.name}` }));
  return taking('snapshots', all);
}

function suspended(home: Home): Finding[] {
  const all = listMachines(home)
    .filter(isSuspended)
    .map((machine) => ({ name: machine.name, bytes: diskUsage(fileOf(machine, 'suspended')) }));
  return taking('suspended', all);
}

/** The largest are named first. */
function taking(what: string, all: { name: string; bytes: number }[]): Finding[] {
  if (all.length === 0) return [];
  const sum = all.reduce((sum, { bytes }) => sum + bytes, 0);
  const named = all
    .toSorted((a, b) => b.bytes - a.bytes)
    .map(({ name, bytes }) => `${name} (${roundSize(bytes)})`);
  return [{ what, state: 'ok', found: `${roundSize(sum)} on disk: ${someOf(named)}` }];
}

function layers(home: Home): Finding[] {
  const directory = layersOf(home);
  const all = entries(directory);
  if (all.length === 0) return [];
  const bytes = (names: string[]) => names.reduce((sum, name) => sum + diskUsage(join(directory, name)), 0);
  const found = `${all.length} in ${directory}, ${roundSize(bytes(all))}`;
  const unneeded = unneededLayers(home);
  if (unneeded.length === 0) return [{ what: 'frozen disks', state: 'ok', found }];
  const paths = unneeded.map((name) => quoteWord(join(directory, name))).join(' ');
  return [
    {
      what: 'frozen disks',
      state: 'warning',
      found: `${found}; nobody needs ${unneeded.length} of them, ${roundSize(bytes(unneeded))}`,
      advice: `They go when anything is next removed by vm rm or vm snapshot rm   Or now: rm ${paths}`,
    },
  ];
}

/** As many names as a line takes. */
function someOf(names: readonly string[]): string {
  const shown = names.length > 4 ? 3 : 4;
  const more = names.length - shown;
  return [...names.slice(0, shown), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
