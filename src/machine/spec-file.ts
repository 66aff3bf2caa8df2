import { readFileSync, statSync } from 'node:fs';
import { type Document, isMap, isPair, isScalar, LineCounter, parse, parseDocument, visit } from 'yaml';
import type * as z from 'zod/mini';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { similar } from '../base/similar.ts';
import { type MachineSpec, machineSpec, specVersion } from '../protocol/machine-spec.ts';
import { takesText } from '../protocol/spec-keys.ts';
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
  const { document, plain, fail } = openDocument(text, file);
  const version = document.get('version');
  if (typeof version === 'number' && version > specVersion) {
    throw new VivariumError('spec-newer', { file, version, known: specVersion });
  }
  const parsed = machineSpec.safeParse(migrate(plain()));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0] as z.core.$ZodIssue;
  throw fail(offsetOf(document, issue), problemOf(issue));
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
  const { document } = openDocument(text, file);
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

/** The text as YAML with keys, its values, and how a fault in it is told. @throws `spec-invalid` */
function openDocument(text: string, file: string) {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fail = (offset: number, problem: string) => {
    const { line, col } = lines.linePos(offset);
    return new VivariumError('spec-invalid', { file, line, column: col, problem });
  };
  const [fault] = document.errors;
  if (fault?.code === 'MULTIPLE_DOCS') throw fail(fault.pos[0], 'there is a second document after ---');
  if (fault) throw fail(fault.pos[0], fault.message.replace(/\.$/, ''));
  if (!isMap(document.contents)) throw fail(0, 'must hold keys with values, such as memory: 1G');
  visit(document, {
    Alias: (_, alias) => {
      if (!alias.resolve(document)) throw fail(alias.range?.[0] ?? 0, `there is no anchor &${alias.source}`);
    },
  });
  const plain = (): unknown => {
    try {
      return document.toJS({ maxAliasCount: 100 });
    } catch {
      throw fail(0, 'has too many aliases');
    }
  };
  return { document, plain, fail };
}

function problemOf(issue: z.core.$ZodIssue): string {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const [meant] = path === '' ? similar(key, Object.keys(machineSpec.shape)) : [];
    return `${path === '' ? '' : `${path}: `}there is no key ${key}${meant ? ` (perhaps ${meant} is meant)` : ''}`;
  }
  if (issue.message.endsWith('received undefined')) return `${path} is missing`;
  const problem = issue.message.replace(/^Invalid (input|option): /, '');
  return `${path} ${problem.startsWith('must') ? problem : `is wrong: ${problem}`}`;
}

/** Where in the text an issue is: at the value, else at the key or the nearest thing around it. */
function offsetOf(document: Document, issue: z.core.$ZodIssue): number {
  const extra = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  for (let path = [...issue.path]; ; path = path.slice(0, -1)) {
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    if (extra !== undefined && isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === extra,
      );
      if (isScalar(pair?.key) && pair.key.range) return pair.key.range[0];
    }
    const range = (node as { range?: [number, number, number] } | undefined)?.range;
    if (range) return range[0];
    if (path.length === 0) return 0;
  }
}
