import { randomBytes } from 'node:crypto';
import { lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { errnoOf, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { packageFile } from '../host/package-files.ts';
import { archiveOf, type Member } from '../host/tar.ts';
import { type Contents, contentsOf } from '../host/tree.ts';
import type { Carrier } from './carrier.ts';
import { meansContents } from './copy-place.ts';
import { counted } from './copy-progress.ts';

/**
 * Copies files of the host into a guest. They come into their place when all have come, each in an instant.
 * @throws `file-missing`, `parameter-invalid`, `copy-failed`
 */
export async function copyIn(
  scope: Scope,
  carrier: Carrier,
  sources: readonly string[],
  destination: string,
  text: string,
): Promise<Contents> {
  const members = [...sources.map(memberOf), mark()];
  const names = members.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    const problem = `has ${JSON.stringify(twice)} twice, of which only one would be left`;
    throw new VivariumError('parameter-invalid', { operation: 'cp', parameter: 'SRC', problem });
  }
  const total = sum(sources.map(measure));
  const [first = mark()] = members;
  const how = sources.length > 1 ? 'many' : first.name === '.' ? 'contents' : 'one';
  const kind = lstatSync(join(first.directory, first.name)).isDirectory() ? 'directory' : 'file';
  const token = randomBytes(12).toString('hex');
  await carrier.send([destination, how, first.name, token, kind], (gnu) =>
    counted(scope, text, total.bytes, archiveOf(scope, members, gnu)),
  );
  return total;
}

/** The last file of an archive, by which the guest knows that all others have come. */
function mark(): Member {
  const file = packageFile('guest/reach/vivarium-end-of-copy');
  return { directory: dirname(file), name: basename(file) };
}

/** What a path stands for: a link is a link, unless a slash behind it says that what it leads to is meant. */
function memberOf(source: string): Member {
  const found = statSync(source, { throwIfNoEntry: false }) ?? lstatSync(source, { throwIfNoEntry: false });
  if (!found) throw missing(source);
  if (meansContents(source)) return { directory: resolve(source), name: '.' };
  const path = source.endsWith('/') ? realpathSync(source) : resolve(source);
  return { directory: dirname(path), name: basename(path) };
}

function measure(source: string): Contents {
  try {
    return contentsOf(source);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    throw missing((error as NodeJS.ErrnoException).path ?? source);
  }
}

function missing(file: string): VivariumError {
  return new VivariumError('file-missing', { file, what: 'The source' });
}

function sum(all: readonly Contents[]): Contents {
  return all.reduce((a, b) => ({ files: a.files + b.files, bytes: a.bytes + b.bytes }), {
    files: 0,
    bytes: 0,
  });
}
