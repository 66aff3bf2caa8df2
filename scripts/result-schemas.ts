import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';

const root = join(import.meta.dirname, '..');
const source = join(root, 'src/protocol');

/** A JSON schema, as far as it is looked at here. */
interface Schema {
  definitions?: Record<string, Schema>;
  properties?: Record<string, Schema>;
  $ref?: string;
}

export interface ResultSchemas {
  /** By the operation's name, or that of a game's request; those that stream or bring bytes have none. */
  results: Record<string, Schema>;
  /** What the results refer to, as `#/components/schemas/NAME`. */
  definitions: Record<string, Schema>;
}

/**
 * The JSON schemas of the operations' results, which are types alone in the table: read off its text, so that nothing
 * is written twice.
 */
export function resultSchemas(): ResultSchemas {
  const room = mkdtempSync(join(root, 'node_modules/.results-'));
  try {
    for (const file of globSync('*.ts', { cwd: source })) {
      writeFileSync(join(room, file), withOpenSpecs(readFileSync(join(source, file), 'utf8')));
    }
    const path = join(room, 'results.ts');
    writeFileSync(path, resultsType());
    const tsconfig = join(root, 'tsconfig.json');
    const generator = createGenerator({ path, tsconfig, type: 'Results', skipTypeCheck: true });
    const { Results = {}, ...definitions } = (generator.createSchema('Results') as Schema).definitions ?? {};
    const text = JSON.stringify({ results: Results.properties, definitions });
    return JSON.parse(text.replaceAll('#/definitions/', '#/components/schemas/'));
  } finally {
    rmSync(room, { recursive: true });
  }
}

/** Types that zod infers have schemas of their own: here they are objects of any kind. */
const withOpenSpecs = (text: string): string =>
  text
    .replaceAll(
      /export type (\w+) = z\.(?:output|input|infer)<[^;]*;/g,
      'export interface $1 { [key: string]: unknown }',
    )
    .replaceAll("'../base/", `'${join(root, 'src/base/')}`);

/** `operation<MachineView[]>()` of every entry as one interface. */
function resultsType(): string {
  const imported = new Map<string, string>();
  const members: string[] = [];
  for (const file of globSync('*-operations.ts', { cwd: source })) {
    const text = readFileSync(join(source, file), 'utf8');
    for (const [, names = '', from = ''] of text.matchAll(/import type \{([^}]*)\} from '(\.\/[^']*)'/g)) {
      for (const name of names.split(',').map((it) => it.trim())) if (name !== '') imported.set(name, from);
    }
    for (const [, name, type = ''] of text.matchAll(/'([a-z]+\.[a-zA-Z]+)': operation<([^(]*)>\(\)/g)) {
      if (!/\b(?:Terminal|Execution|AsyncIterable|Picture|unknown)\b/.test(type))
        members.push(`'${name}': ${type};`);
    }
  }
  for (const [name, answer] of Object.entries({ open: 'GameOpened', send: 'GameTaken', poll: 'GameTold' })) {
    imported.set(answer, './game.ts');
    members.push(`'game.${name}': ${answer};`);
  }
  const imports = [...imported].map(([name, from]) => `import type { ${name} } from '${from}';`);
  return `${imports.join('\n')}\nexport interface Results {\n${members.join('\n')}\n}\n`;
}
