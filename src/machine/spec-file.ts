import { readFileSync, statSync } from 'node:fs';
import { parse } from 'yaml';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { type MachineSpec, machineSpec, specVersion } from '../protocol/machine-spec.ts';
import { takesText } from '../protocol/spec-keys.ts';
import { openYaml } from '../protocol/yaml-text.ts';
import { fileOf } from './files.ts';
import type { Machine } from './machine.ts';
import { migrate } from './spec-migrations.ts';

/** The machine's spec, or undefined where runit-vm made it. @throws `spec-invalid`, `spec-newer` */
export function readSpec(machine: Machine): MachineSpec | undefined {
  const text = readSpecText(machine);
  return text === undefined ? undefined : parseSpec(text, specName(machine));
}

/** Bytes that a machine.yaml may have. */
const largest = 2 ** 20;

/** What a spec is called in an error. */
export const specName = ({ name }: Machine): string => `${name}/machine.yaml`;

export function readSpecText(machine: Machine): string | undefined {
  const path = fileOf(machine, 'spec');
  const fail = (problem: string) =>
    new VivariumError('spec-invalid', { file: specName(machine), line: 1, column: 1, problem });
  try {
    const file = statSync(path, { throwIfNoEntry: false });
    if (!file) return undefined;
    if (!file.isFile()) throw fail('it is no regular file'); // a FIFO would be waited for without end
    if (file.size > largest) throw fail('it is larger than 1M, which no machine needs');
    return readFileSync(path, 'utf8');
  } catch (error) {
    const errno = errnoOf(error);
    throw errno === undefined ? error : fail(`it cannot be read (${errno})`);
  }
}

/**
 * Reads the text of a machine.yaml of this or an older version.
 * @throws `spec-invalid` with line and column, `spec-newer`
 */
export function parseSpec(text: string, file: string): MachineSpec {
  const { document, plain, check } = openSpec(text, file);
  const version = document.get('version');
  if (typeof version === 'number' && version > specVersion) {
    throw new VivariumError('spec-newer', { file, version, known: specVersion });
  }
  return check(machineSpec, migrate(plain()));
}

/**
 * A value typed on the command line for the key at `path`: the text itself where the key takes nothing else, else
 * YAML where it is some; nothing is an empty text.
 */
export function parseValue(path: string, text: string): unknown {
  if (text === '' || takesText(machineSpec, path)) return text;
  try {
    return parse(text, { logLevel: 'error' });
  } catch {
    return text;
  }
}

/**
 * The text with `path` (`networks.0.model`) set to a value, or taken away; comments and order stay.
 * @throws `spec-invalid` where the text is no YAML, `parameter-invalid` where the path leads through a value
 */
export function editSpec(text: string, file: string, path: string, value: unknown | undefined): string {
  const { document } = openSpec(text, file);
  const keys = path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  if (value === undefined) {
    if (document.hasIn(keys)) document.deleteIn(keys);
    return document.toString({ lineWidth: 0 });
  }
  try {
    // A plain value goes into the node that is there, whose comment stays.
    document.setIn(keys, typeof value === 'object' ? document.createNode(value) : value);
  } catch (cause) {
    const problem = 'leads through something that has no keys';
    throw new VivariumError('parameter-invalid', { operation: 'set', parameter: path, problem }, { cause });
  }
  return document.toString({ lineWidth: 0 });
}

const openSpec = (text: string, file: string) =>
  openYaml(text, (fault) => new VivariumError('spec-invalid', { file, ...fault }));
