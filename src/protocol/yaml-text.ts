import { type Document, isMap, isPair, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type * as z from 'zod/mini';
import { similar } from '../base/similar.ts';
import { specKeys } from './spec-keys.ts';

/** Where in a text something is wrong, both from 1; what, as the end of a sentence. */
export interface Fault {
  line: number;
  column: number;
  problem: string;
}

/** A YAML text with keys, written by people. */
export interface YamlText {
  document: Document;
  /** Its values. @throws what `fail` makes of too many aliases */
  plain(): unknown;
  /** What a value has to be. @throws what `fail` makes of the first issue, at the place where it is */
  check<Schema extends z.ZodMiniType>(schema: Schema, value: unknown): z.output<Schema>;
}

/** @param fail makes the error of a fault @throws that, where the text is no YAML with keys */
export function openYaml(text: string, fail: (fault: Fault) => Error): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number, problem: string) => {
    const { line, col } = lines.linePos(offset);
    return fail({ line, column: col, problem });
  };
  const [fault] = document.errors;
  if (fault?.code === 'MULTIPLE_DOCS') throw at(fault.pos[0], 'there is a second document after ---');
  if (fault) throw at(fault.pos[0], fault.message.replace(/\.$/, ''));
  if (!isMap(document.contents)) throw at(0, 'must hold keys with values, a line each');
  visit(document, {
    Alias: (_, alias) => {
      if (!alias.resolve(document)) throw at(alias.range?.[0] ?? 0, `there is no anchor &${alias.source}`);
    },
  });
  return {
    document,
    plain: () => {
      try {
        return document.toJS({ maxAliasCount: 100 });
      } catch {
        throw at(0, 'has too many aliases');
      }
    },
    check: (schema, value) => {
      const parsed = schema.safeParse(value);
      if (parsed.success) return parsed.data;
      const { issues } = parsed.error;
      // A key that is written wrong is why another one is missing.
      const issue =
        issues.find(({ code }) => code === 'unrecognized_keys') ?? (issues[0] as z.core.$ZodIssue);
      throw at(offsetOf(document, issue), problemOf(schema, issue));
    },
  };
}

function problemOf(schema: z.ZodMiniType, issue: z.core.$ZodIssue): string {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const [meant] = similar(key, keysAt(schema, issue.path));
    return `${path === '' ? '' : `${path}: `}there is no key ${key}${meant ? ` (perhaps ${meant} is meant)` : ''}`;
  }
  if (issue.message.endsWith('received undefined')) return `${path} is missing`;
  const problem = issue.message.replace(/^Invalid (input|option): /, '');
  return `${path} ${problem.startsWith('must') ? problem : `is wrong: ${problem}`}`;
}

/** The keys that may stand at `path`: `['networks', 0]` has `mode`, `model` and so on. */
function keysAt(schema: z.ZodMiniType, path: readonly PropertyKey[]): string[] {
  const prefix = path.map((key) => (typeof key === 'number' ? '[]' : `.${String(key)}`)).join('');
  return specKeys(schema)
    .map((key) => `.${key.path}`)
    .filter((key) => key.startsWith(`${prefix}.`))
    .map((key) => key.slice(prefix.length + 1))
    .filter((key) => !/[.[]/.test(key));
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
