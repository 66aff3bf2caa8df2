import { mkdirSync, rmdirSync } from 'node:fs';
import { basename } from 'node:path';
import { namePattern } from '../../base/names.ts';
import { isAbandoned, temporaryName } from '../../host/atomic-file.ts';
import { newPlace } from '../draft.ts';
import type { Home } from '../home.ts';
import { exists, type Machine, machineNames, placeOf } from '../machine.ts';

/** Where a machine will be, and a directory beside it in which its files are made. */
export interface Staged {
  machine: Machine;
  stage: string;
}

/**
 * Takes a name for a machine and makes its stage.
 * @param keep the name that it is to have; else it is called after `stem`: `live.run`, `live.run2`
 * @throws `name-invalid`, `machine-exists`
 */
export function stageFor(home: Home, keep: string | undefined, stem: string): Staged {
  if (keep !== undefined) {
    const machine = newPlace(home, keep);
    return { machine, stage: makeStage(machine) };
  }
  const base = usable(stem);
  for (let number = 1; ; number++) {
    const machine = placeOf(home, `${base}.run${number === 1 ? '' : number}`);
    if (exists(machine.directory)) continue;
    const stage = makeStage(machine);
    if (!exists(machine.directory) && !isTaken(machine, stage)) return { machine, stage };
    rmdirSync(stage);
  }
}

function makeStage(machine: Machine): string {
  const stage = temporaryName(machine.directory);
  mkdirSync(stage, { mode: 0o700 });
  return stage;
}

/** Whether another process is about to make a machine of this name. */
function isTaken({ home, name }: Machine, stage: string): boolean {
  return machineNames(home).some(
    (other) => other.startsWith(`.${name}.`) && other !== basename(stage) && !isAbandoned(other),
  );
}

/** What of a file's name a machine may be called. */
function usable(stem: string): string {
  const name = stem
    .replace(/\.(iso|qcow2|img|raw)$/, '')
    .replaceAll(/[^A-Za-z0-9._+-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 40);
  return namePattern.test(name) ? name : 'guest';
}
