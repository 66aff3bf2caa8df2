import { existsSync, lstatSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { errnoOf, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { removeDirectory } from '../host/remove-directory.ts';
import { unpack } from '../host/tar.ts';
import { type Contents, contentsOf, placeTree, tameTree } from '../host/tree.ts';
import { type Carrier, heading } from './carrier.ts';
import { newCopyDraft } from './copy-draft.ts';
import { lastName, meansContents } from './copy-place.ts';
import { counted } from './copy-progress.ts';

/**
 * Copies files of a guest to the host. They come into their place when all have come, each in an instant; nothing
 * in them is believed: no device, no file with another owner's rights, nothing outside of the destination, and
 * nothing that was not asked for.
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
  let draft: string | undefined;
  try {
    draft = await newCopyDraft(base);
    const into = draft;
    await carrier.fetch(sources, async (output) => {
      const { said, rest } = await heading(output);
      if (said === '') return; // the guest has nothing to send, and says why
      await unpack(scope, counted(scope, text, Number(said) * 1024 || 0, rest), into);
    });
    const removed = tameTree(draft);
    if (removed > 0) scope.warn(`${removed} devices, sockets or pipes were left out`);
    removeUnasked(scope, draft, sources);
    const found = contentsOf(draft);
    if (as === undefined) placeTree(draft, base);
    else if (meansContents(sources[0] ?? '')) renameSync(draft, as);
    else renameSync(onlyOne(draft, destination), as);
    return found;
  } catch (error) {
    throw asUnwritable(error, destination);
  } finally {
    if (draft !== undefined) await removeDirectory(draft);
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

/**
 * Takes away what a guest has sent beside what it was asked for, such as a `.profile`. Behind a slash a link of the
 * guest has the name that it leads to there, and gets its own here, as cp has it.
 */
function removeUnasked(scope: Scope, draft: string, sources: readonly string[]): void {
  if (sources.some(meansContents)) return;
  const asked = new Set(sources.map(lastName));
  const links = sources.filter((it) => it.endsWith('/') && !existsSync(join(draft, lastName(it))));
  for (const name of readdirSync(draft, { encoding: 'buffer' })) {
    if (asked.has(name.toString())) continue;
    const path = Buffer.concat([Buffer.from(`${draft}/`), name]);
    const link = links.shift();
    if (link !== undefined) {
      renameSync(path, join(draft, lastName(link)));
      continue;
    }
    rmSync(path, { recursive: true, force: true });
    scope.warn(`the guest sent ${JSON.stringify(name.toString())}, which was not asked for`);
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
