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

/** What is to be copied; `to` is the last of `from` if not said. */
interface Wanted {
  from: string[];
  to?: string | undefined;
  user?: string | undefined;
}

/** Copies by a way into a guest. */
type Carry = (
  name: string,
  act: (carrier: Carrier) => Promise<Contents & { by: Carrier['by'] }>,
) => Promise<Contents & { by: Carrier['by'] }>;

/**
 * Copies files and directories between the host and guests, as `cp -r` does: modes, times, links and holes are kept.
 * @throws `parameter-invalid`, `file-missing`, `file-unwritable`, `copy-failed`, and what `ssh` and `exec` throw
 */
export async function copy(scope: Scope, home: Home, wanted: Wanted): Promise<CopyReport> {
  return await copyBy(scope, home, wanted, (name, act) =>
    byBest(scope, findMachine(home, name), wanted.user, act),
  );
}

/** The same, with guests that are reached in another way. */
export async function copyBy(
  scope: Scope,
  { cache }: Pick<Home, 'cache'>,
  { from, to }: Wanted,
  carry: Carry,
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
  const carried = async (name: string, act: (carrier: Carrier) => Promise<Contents>) => {
    const found = await carry(name, async (carrier) => ({ ...(await act(carrier)), by: carrier.by }));
    return { ...found, took: performance.now() - began };
  };
  const into = (name: string, what: readonly string[]) =>
    carried(name, (carrier) => copyIn(scope, carrier, what, destination.path, text));
  const outOf = (name: string, where: string) =>
    carried(name, (carrier) => copyOut(scope, carrier, paths, where, text));
  if (destination.machine === undefined) {
    if (first.machine === undefined) throw wrong('must be NAME:PATH on one side, NAME being a machine');
    return await outOf(first.machine, destination.path);
  }
  if (first.machine === undefined) return await into(destination.machine, paths);
  mkdirSync(cache, { recursive: true });
  const room = await newCopyDraft(cache);
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
