import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Scope } from '../base/scope.ts';
import { buildImage } from './build.ts';
import { type Catalogue, entryFor, factsOf, type Told } from './catalogue.ts';
import { fillFrom } from './content.ts';
import type { DiskFacts } from './disk-content.ts';
import { nameFor } from './image-name.ts';
import { look } from './look.ts';
import type { UsersOf } from './replace.ts';
import type { Image } from './store.ts';

/** To be raised when this code makes something else of the same file. */
const format = 1;

export interface ImportRequest {
  vmdir: string;
  /** A path, relative to the working directory. */
  file: string;
  catalogue: Catalogue;
  /** The image's name is the file's if not given. */
  told: Told;
  usersOf: UsersOf;
}

/**
 * Makes a file into an image. The same file, unchanged, gives the image that is there; a changed one takes the place
 * of the image that it was, if nobody uses that.
 * @throws `image-exists`, `image-in-use`, and what `fillFrom` and `buildImage` throw
 */
export async function importFile(scope: Scope, request: ImportRequest): Promise<Image> {
  const { vmdir, told, usersOf } = request;
  const file = resolve(request.file);
  const name = told.name ?? nameFor(file);
  const facts = factsOf(entryFor(request.catalogue, basename(file)), told);
  const label = request.file;
  look(file, label, facts.format);
  const origin = { file };
  const inputs = inputsOf(file, facts);
  const build = { vmdir, name, inputs, rebuild: false, replaceable: { origin, usersOf } };
  const source = { file, label, ours: false };
  return buildImage(scope, build, (directory) => fillFrom(scope, directory, source, { name, facts, origin }));
}

/** What tells one state of a file from another, without reading it. */
function inputsOf(file: string, facts: DiskFacts): string {
  const { size, mtimeMs, ino, dev } = statSync(file);
  return createHash('sha256')
    .update(JSON.stringify([format, file, size, mtimeMs, ino, dev, facts]))
    .digest('hex');
}
