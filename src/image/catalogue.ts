import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { own } from '../base/own.ts';
import { similar } from '../base/similar.ts';
import { packageFile } from '../host/package-files.ts';
import { imageName, userName } from '../protocol/values.ts';
import type { CatalogueView } from '../protocol/views.ts';
import type { DiskFacts } from './disk-content.ts';
import { matchesPattern } from './file-pattern.ts';
import type { AskedFormat } from './look.ts';

const text = z.string().check(z.regex(/^[^\0-\x1f]+$/));

const entry = z.strictObject({
  /** What it is, for people. */
  about: text,
  /** The URL of the directory where it lies. */
  directory: text.check(z.regex(/^https?:\/\/.*\/$/, 'must be an http or https URL that ends in /')),
  /** Its name there; `*` stands for a version, of which the highest is taken. */
  file: text.check(z.regex(/^[^/]+$/)),
  /** The name of the file with its digest, `*` as in `file`; `{file}` stands for the image's name. */
  checksums: z.optional(text.check(z.regex(/^[^/]+$/))),
  kind: z._default(z.enum(['disk', 'iso']), 'disk'),
  user: z.optional(userName),
  seed: z._default(z.enum(['cloud-init', 'none']), 'none'),
});

const schema = z.record(imageName, entry);

/** What publishers offer, by the name of the image that it becomes. */
export type Catalogue = z.output<typeof schema>;
export type CatalogueEntry = Catalogue[string];

/** What somebody says of a disk when it is made into an image. */
export interface Told {
  name?: string | undefined;
  user?: string | undefined;
  cloudInit?: boolean | undefined;
  format?: AskedFormat | undefined;
}

/**
 * The catalogue that comes with this program, and before it that of the user, if there is one.
 * @throws `catalogue-invalid`
 */
export function readCatalogue(own: string): Catalogue {
  return { ...readFile(packageFile('share/catalogue.yaml')), ...readFile(own, {}) };
}

/** @throws `catalogue-unknown` */
export function findEntry(catalogue: Catalogue, name: string): CatalogueEntry {
  const found = own(catalogue, name);
  if (found) return found;
  throw new VivariumError('catalogue-unknown', { name, similar: similar(name, Object.keys(catalogue)) });
}

/** The entry that offers files of this name. */
export function entryFor(catalogue: Catalogue, file: string): CatalogueEntry | undefined {
  return Object.values(catalogue).find((one) => matchesPattern(one.file, file));
}

/** What is known of a disk: what is told, else what the catalogue says. */
export function factsOf(entry: CatalogueEntry | undefined, told: Told): DiskFacts {
  const toldSeed = told.cloudInit === undefined ? undefined : told.cloudInit ? 'cloud-init' : 'none';
  return { format: told.format, user: told.user ?? entry?.user, seed: toldSeed ?? entry?.seed };
}

export function catalogueViews(catalogue: Catalogue): CatalogueView[] {
  return Object.entries(catalogue).map(([name, { about, kind, user, directory, file }]) => ({
    name,
    about,
    kind,
    ...(user !== undefined && { user }),
    from: directory + file,
  }));
}

function readFile(file: string, absent?: Catalogue): Catalogue {
  const fail = (problem: string, cause?: unknown) =>
    new VivariumError('catalogue-invalid', { file, problem }, { cause });
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'), { maxAliasCount: 100 });
  } catch (error) {
    if (absent && errnoOf(error) === 'ENOENT') return absent;
    throw fail((error as Error).message.split('\n')[0] ?? 'it cannot be read', error);
  }
  const parsed = schema.safeParse(content ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw fail(`${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'is wrong'}`);
}
