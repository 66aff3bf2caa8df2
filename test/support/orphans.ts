import { existsSync, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { errnoOf } from '../../src/base/errors.ts';
import { isAbandoned } from '../../src/host/atomic-file.ts';
import { readQcow2 } from '../../src/qemu/qcow2.ts';
import { eventually } from './eventually.ts';
import type { TestHome } from './home.ts';
import { processesIn } from './processes.ts';

/** What lies or runs in a home that no machine and no snapshot accounts for. */
export function orphansIn(home: TestHome): string[] {
  const machines = machinesIn(home);
  const directories = machines.flatMap((name) => [home.path(name), home.path(name, 'snapshots')]);
  return [
    ...namesIn(home.vmdir).filter((name) => /^\.(?!images$|layers$|vmd$|index\.json$)/.test(name)),
    ...directories.flatMap((it) =>
      namesIn(it)
        .filter((name) => name.startsWith('.') || name === 'pending')
        .map((name) => join(it, name)),
    ),
    ...processesForNobody(home, machines),
    ...layersForNobody(home, directories),
    ...namesIn('/dev/shm').filter(isAbandoned),
  ];
}

/** The same when those that are on their way out have had their time: a log service reads to its end. */
export async function lastOrphansIn(home: TestHome): Promise<string[]> {
  const left = () => processesForNobody(home, machinesIn(home));
  await eventually(
    () => left().length === 0,
    () => `these to go: ${left().join('; ')}`,
    5000,
  );
  return orphansIn(home);
}

const machinesIn = (home: TestHome) => namesIn(home.vmdir).filter((name) => !name.startsWith('.'));

function processesForNobody(home: TestHome, machines: string[]): string[] {
  return processesIn(home.vmdir)
    .filter(({ command }) => !command.includes(' compile ')) // of a supervisor that starts again
    .filter(({ pid }) => !machines.some((name) => processesIn(home.path(name)).some((it) => it.pid === pid)))
    .map(({ command }) => command);
}

function layersForNobody(home: TestHome, directories: string[]): string[] {
  const layers = home.path('.layers');
  const snapshots = directories.flatMap((it) => namesIn(it).map((name) => join(it, name)));
  const disks = [...directories, ...snapshots].flatMap((it) => namesIn(it).map((name) => join(it, name)));
  const needed = new Set<string>();
  for (const disk of disks.filter((it) => it.endsWith('.qcow2') && existsSync(it))) {
    for (let at: string | undefined = realpathSync(disk); at !== undefined && existsSync(at); ) {
      needed.add(basename(at));
      const backing: string | undefined = readQcow2(at)?.backing;
      at = backing && resolve(dirname(at), backing);
    }
  }
  return namesIn(layers).filter(
    (name) => !needed.has(name) && lstatSync(join(layers, name), { throwIfNoEntry: false })?.nlink === 1,
  );
}

/** Empty where there is no directory, or it has just gone. */
function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return [];
    throw error;
  }
}
