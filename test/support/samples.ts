import { type Operation, type Parameter, parametersSchema } from '../../src/protocol/operation.ts';

/** The names that sampled parameters have. */
export interface SampleNames {
  machine: string;
  'machine-to-be': string;
  image: string;
}

/** Some of what schemas take; the first that one takes is its sample. */
const candidates: unknown[] = [
  'sample',
  '16M',
  'boot',
  'on',
  'read',
  'up',
  'quickemu',
  '127.0.0.1:2222:22',
  'A=b',
  'worker-%d',
  '80x24',
  'ab'.repeat(32),
  7,
  64,
  true,
  {},
  ['sample'],
  ['memory=64M'],
  ['2222:22'],
  ['A=b'],
];

/** A value that the parameter takes, of anybody. @throws where none of the candidates is one: add it */
export function sampleOf(name: string, { names, schema, except }: Parameter, called: SampleNames): unknown {
  const own = names === undefined ? [] : [called[names], [called[names]]];
  const found = [...own, ...candidates].find(
    (it) => schema.safeParse(it).success && (except?.safeParse(it).success ?? true),
  );
  if (found === undefined) throw new Error(`no sample of ${name}`);
  return found;
}

/** Parameters with which an operation can be called: only what it needs, and `more`. */
export function samplesOf(
  operation: Operation,
  called: SampleNames,
  more: readonly string[] = [],
): Record<string, unknown> {
  const needed = Object.entries(operation.parameters).filter(
    ([name, { schema, names }]) =>
      !schema.safeParse(undefined).success || names !== undefined || more.includes(name),
  );
  const samples = Object.fromEntries(needed.map(([name, it]) => [name, sampleOf(name, it, called)]));
  const { success, error } = parametersSchema(operation).safeParse(samples);
  if (!success) throw new Error(`no samples: ${JSON.stringify(samples)}: ${error.message}`);
  return samples;
}
