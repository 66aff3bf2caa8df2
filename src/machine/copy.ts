import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { removeDirectory } from '../host/remove-directory.ts';
import type { Contents } from '../host/tree.ts';
import type { CopyReport } from '../protocol/views.ts';
import type { Carrier } from './carrier.ts';
import { byBest } from './carrier-choice.ts';
import { newCopyDraft } from './copy-draft.ts';
import { copyIn } from './copy-in.ts';
import { copyOut } from './copy-out.ts';
import { lastName, meansContents, parseCopyPlace } from './copy-place.ts';
import type { Home } from './home.ts';
import { findMachine } from './machine.ts';

/**
 * Copies files and directories between the host and guests, as `cp -r` does: modes, times, links and holes are kept.
 * @param to where to; the last of `from` if not said
 * @throws `parameter-invalid`, `file-missing`, `file-unwritable`, `copy-failed`, and what `ssh` and `exec` throw
 */
export async function copy(
  scope: Scope,
  home: Home,
  { from, to, user }: { from: string[]; to?: string | undefined; user?: string | undefined },
): Promise<CopyReport> {
  const began = performance.now();
  const sources = [...from, ...(to === undefined ? [] : [to])].map(parseCopyPlace);
  const destination = sources.pop();
  const [first] = sources;
  if (!first || !destination) throw wrong('needs something to copy, and where to: vm cp SRC… DST');
  if (sources.some(({ machine }) => machine !== first.machine)) throw wrong('must all be in the same place');
  const paths = sources.map(({ path }) => path);
  const more = paths.length > 1 ? ` and ${paths.length - 1} more` : '';
  const text = `Copying ${lastName(first.path) || first.path}${more}`;
  const carried = (name: string, act: (carrier: Carrier) => Promise<Contents>) =>
    byBest(scope, findMachine(home, name), user, async (carrier) => {
      const found = await act(carrier);
      return { ...found, by: carrier.by, took: performance.now() - began };
    });
  const into = (name: string, what: readonly string[]) =>
    carried(name, (carrier) => copyIn(scope, carrier, what, destination.path, text));
  const outOf = (name: string, where: string) =>
    carried(name, (carrier) => copyOut(scope, carrier, paths, where, text));
  if (destination.machine === undefined) {
    if (first.machine === undefined) throw wrong('must be NAME:PATH on one side, NAME being a machine');
    return await outOf(first.machine, destination.path);
  }
  if (first.machine === undefined) return await into(destination.machine, paths);
  mkdirSync(home.cache, { recursive: true });
  const room = await newCopyDraft(home.cache);
  try {
    await outOf(first.machine, room);
    const contents = meansContents(paths[0] ?? '');
    const got = contents ? [`${room}/.`] : readdirSync(room).map((name) => join(room, name));
    return await into(destination.machine, got);
  } finally {
    await removeDirectory(room);
  }
}

function wrong(problem: string): VivariumError {
  return new VivariumError('parameter-invalid', { operation: 'cp', parameter: 'PATH', problem });
}
