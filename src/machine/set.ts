import { VivariumError } from '../base/errors.ts';
import { writeFileAtomic } from '../host/atomic-file.ts';
import { fileOf } from './files.ts';
import { locked } from './locked.ts';
import type { Machine } from './machine.ts';
import { editSpec, parseSpec, parseValue, readSpecText, specName } from './spec-file.ts';

/**
 * Sets `KEY=VALUE` and takes away `unset` in machine.yaml, all or nothing; comments stay. A running machine
 * follows at its next start.
 * @throws `parameter-invalid`, `spec-invalid`; the file stays as it was
 */
export async function set(
  machine: Machine,
  changes: readonly string[],
  unset: readonly string[],
): Promise<void> {
  await locked(machine, 'machine.set', async () => {
    const file = specName(machine);
    let text = specText(machine);
    for (const change of changes) {
      const [, written, value] = /^([A-Za-z][A-Za-z0-9.[\]]*)=(.*)$/s.exec(change) ?? [];
      const key = written?.replaceAll(/\[(\d+)\]/g, '.$1');
      if (key === undefined || value === undefined) {
        throw wrong(JSON.stringify(change), 'is not KEY=VALUE');
      }
      text = editSpec(text, file, key, parseValue(key, value));
    }
    for (const key of unset) {
      const without = editSpec(text, file, key, undefined);
      if (without === text) throw wrong(`--unset ${key}`, 'is not in machine.yaml');
      text = without;
    }
    writeLocked(machine, text);
  });
}

const wrong = (parameter: string, problem: string) =>
  new VivariumError('parameter-invalid', { operation: 'set', parameter, problem });

/** The text of machine.yaml. @throws `spec-missing` where runit-vm made the machine */
export function specText(machine: Machine): string {
  return readSpecText(machine) ?? refuseRunitVm(machine);
}

function refuseRunitVm({ name }: Machine): never {
  throw new VivariumError('spec-missing', { name });
}

/**
 * Replaces machine.yaml as a whole.
 * @param was the text that the new one was made from: where another has changed it since, nothing is written
 * @throws `spec-invalid`, `spec-changed`, `machine-busy`
 */
export async function write(machine: Machine, text: string, was: string | undefined): Promise<void> {
  await locked(machine, 'machine.write', async () => {
    if (was !== undefined && was !== specText(machine)) {
      throw new VivariumError('spec-changed', { name: machine.name });
    }
    writeLocked(machine, text);
  });
}

/** Replaces machine.yaml, under the machine's lock. @throws `spec-invalid`; the file stays as it was */
export function writeLocked(machine: Machine, text: string): void {
  parseSpec(text, specName(machine));
  writeFileAtomic(fileOf(machine, 'spec'), text);
}
