import { renameSync } from 'node:fs';
import { link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { copy } from '../host/copy.ts';
import { type About, diskContent } from './disk-content.ts';
import { isoFile } from './files.ts';
import { look } from './look.ts';
import type { Content } from './manifest.ts';
import { unwrap } from './unwrap.ts';

/** A file that is to be made into an image. */
export interface Source {
  file: string;
  /** Names it in errors and steps. */
  label: string;
  /** Nobody else writes to it: it may be linked to instead of being copied. */
  ours: boolean;
}

/** An image in an archive in an archive is somebody's joke. */
const mostWrappings = 4;

/**
 * Makes what `source` holds into the files of an image: unwraps it, says by its content what it is, refuses what is
 * unsafe or damaged, and keeps a qcow2, raw or ISO file as it is, while any other disk becomes qcow2. All of that is
 * done with a copy that nobody else writes to.
 * @param directory where the image `name` is being made
 * @throws `not-an-image`, `image-unsafe`, `image-unreadable`, `file-missing`, `tool-missing`, `disk-full`
 */
export async function fillFrom(
  scope: Scope,
  directory: string,
  source: Source,
  about: About,
): Promise<Content> {
  let { file, label } = source;
  let copied = false;
  for (let wrappings = 0; ; ) {
    const found = look(file, label, about.facts.format);
    const next = join(directory, `source.${wrappings}`);
    if (found.is === 'wrapped') {
      if (wrappings++ === mostWrappings) {
        throw new VivariumError('image-unreadable', { file: label, problem: 'it is wrapped too many times' });
      }
      label = await unwrap(scope, { from: file, to: next, wrapping: found.in, label });
      if (copied) await rm(file);
      file = next;
    } else if (copied) {
      return found.is === 'iso'
        ? isoContent(directory, file, about.origin)
        : await diskContent(scope, directory, { file, label, format: found.format }, about);
    } else {
      file = join(directory, 'source');
      await take(scope, source, file);
    }
    copied = true; // and is looked at again, as what it is now
  }
}

/** A link or a clone where the file system can, which takes no time; else a copy with holes. */
async function take(scope: Scope, { file, label, ours }: Source, to: string): Promise<void> {
  if (ours) {
    try {
      return await link(file, to);
    } catch (error) {
      if (!['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP'].includes(errnoOf(error) ?? '')) throw error;
    }
  }
  scope.step(`Copying ${label}`);
  await copy(scope, file, to);
}

function isoContent(directory: string, file: string, source: About['origin']): Content {
  renameSync(file, join(directory, isoFile));
  return { kind: 'iso', source, files: { iso: isoFile } };
}
