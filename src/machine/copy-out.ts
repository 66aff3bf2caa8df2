import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { errnoOf, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { temporaryName, temporaryOwner } from '../host/atomic-file.ts';
import { isAlive } from '../host/process-identity.ts';
import { unpack } from '../host/tar.ts';
import { type Contents, placeTree, tameTree } from '../host/tree.ts';
import { type Carrier, heading } from './carrier.ts';
import { meansContents } from './copy-place.ts';
import { counted } from './copy-progress.ts';

/** The names of the directories in which copies come together, beside their destination. */
const draftName = 'vivarium-copy';

/**
 * Copies files of a guest to the host. They come into their place when all have come, each in an instant; nothing
 * in them is believed: no device, no file with another owner's rights, nothing outside of the destination.
 * @throws `file-unwritable`, `copy-failed`
 */
export async function copyOut(
  scope: Scope,
  carrier: Carrier,
  sources: readonly string[],
  destination: string,
  text: string,
): Promise<Contents> {
  const { base, as } = targetOf(destination, sources.length > 1);
  removeAbandoned(base);
  const draft = temporaryName(join(base, draftName));
  try {
    mkdirSync(draft, { mode: 0o700 });
    await carrier.fetch(sources, async (output) => {
      const { said, rest } = await heading(output);
      if (said === '') return; // the guest has nothing to send, and says why
      await unpack(scope, counted(scope, text, Number(said) * 1024 || 0, rest), draft);
    });
    const { removed, ...found } = tameTree(draft);
    if (removed > 0) scope.warn(`${removed} devices, sockets or pipes were left out`);
    if (as === undefined) placeTree(draft, base);
    else if (meansContents(sources[0] ?? '')) renameSync(draft, as);
    else renameSync(onlyOne(draft, destination), as);
    return found;
  } catch (error) {
    throw asUnwritable(error, destination);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Where a copy goes, as cp has it: into a directory that is there, else under a new name. */
function targetOf(destination: string, many: boolean): { base: string; as?: string } {
  const path = resolve(destination);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return { base: path };
  const parent = dirname(path);
  if (many || !statSync(parent, { throwIfNoEntry: false })?.isDirectory()) {
    throw unwritable(destination, 'there is no such directory');
  }
  return { base: parent, as: path };
}

/** @throws `file-unwritable` where a slash asks for a directory, and a file has come */
function onlyOne(draft: string, destination: string): Buffer {
  const [name = Buffer.alloc(0)] = readdirSync(draft, { encoding: 'buffer' });
  const path = Buffer.concat([Buffer.from(`${draft}/`), name]);
  if (!destination.endsWith('/') || lstatSync(path).isDirectory()) return path;
  throw unwritable(destination, 'there is no such directory');
}

/** What a killed copy has left in the same place. */
function removeAbandoned(base: string): void {
  for (const name of readdirSync(base)) {
    const owner = name.startsWith(`.${draftName}.`) ? temporaryOwner(name) : undefined;
    if (owner && !isAlive(owner)) rmSync(join(base, name), { recursive: true, force: true });
  }
}

function asUnwritable(error: unknown, destination: string): unknown {
  const errno = errnoOf(error);
  if (errno === undefined || errno === 'ENOSPC' || errno === 'EDQUOT') return error;
  const problems: Record<string, string> = {
    EACCES: 'you may not write there',
    EROFS: 'it is read only',
    EISDIR: 'a file cannot take the place of a directory',
    ENOTDIR: 'a directory cannot take the place of a file',
  };
  return unwritable(destination, problems[errno] ?? (error as Error).message, error);
}

function unwritable(file: string, problem: string, cause?: unknown): VivariumError {
  return new VivariumError(
    'file-unwritable',
    { file: basename(file) === '' ? '/' : file, problem },
    { cause },
  );
}
