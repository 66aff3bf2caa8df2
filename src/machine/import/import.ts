import { accessSync, constants, mkdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { errnoOf, VivariumError } from '../../base/errors.ts';
import { nameFrom } from '../../base/names.ts';
import type { Scope } from '../../base/scope.ts';
import { roundSize } from '../../base/sizes.ts';
import { copy } from '../../host/copy.ts';
import { crashPoint } from '../../host/crash-point.ts';
import { type Lock, lock } from '../../host/lock.ts';
import type { CheckedParametersOf } from '../../protocol/operation.ts';
import type { Operations } from '../../protocol/operations.ts';
import type { Left, Taken } from '../../protocol/views.ts';
import { createDisk, type DiskInfo, diskInfo, keepBacking } from '../../qemu/disk-image.ts';
import { newPlace, placeMachine } from '../draft.ts';
import type { Home } from '../home.ts';
import type { Machine } from '../machine.ts';
import { discard } from '../remove.ts';
import { specText } from '../spec-text.ts';
import { compose } from './compose.ts';
import type { Bring, Composed } from './composed.ts';
import { failing, type Source, sources } from './sources.ts';

type Parameters = CheckedParametersOf<Operations['machine.import']>;

/**
 * Makes a machine of what another program keeps.
 * @throws `import-invalid`, `file-missing`, `name-invalid`, `machine-exists`, `machine-state`, `machine-busy`,
 * `disk-busy`, `disk-full`; the source is as it was then
 */
export async function importMachine(
  scope: Scope,
  home: Home,
  { from, file, name, copy: copied = false, move = false }: Parameters,
): Promise<{ machine: Machine; taken: Taken[]; left: Left[] }> {
  if (copied && move) {
    const problem = 'cannot go with --copy: disks are either';
    throw new VivariumError('parameter-invalid', { operation: 'import', parameter: '--move', problem });
  }
  const path = resolve(file);
  using _held = from === 'runit-vm' ? await lockDirectory(path) : undefined;
  const source = await sources[from](home, path);
  const chosen = name ?? nameFrom(source.name);
  if (chosen === undefined) {
    throw failing(path)(
      `calls itself ${JSON.stringify(source.name)}, as no machine can: put a name behind the file`,
    );
  }
  const machine = newPlace(home, chosen);
  const whole = source.along !== undefined;
  const bring = whole || !(copied || move) ? undefined : move ? 'moved' : 'copied';
  const composed = compose(source.said, { name: chosen, directory: source.directory, whole, bring });
  const brought = whole ? [path] : composed.bring.filter(isDisk).map((disk) => disk.from);
  const gone = move ? brought : [];
  gone.forEach(checkRemovable);
  const text = specText(chosen, composed.spec, `${from}: ${path}`);
  await placeMachine(scope, machine, { text, autostart: composed.autostart }, (draft) =>
    fill(scope, draft, source, composed, move),
  );
  crashPoint('import: placed');
  if (whole && move) await discard(scope, path);
  else for (const disk of gone) rmSync(disk, { force: true });
  const renamed = { what: source.name, as: `the machine ${chosen}` };
  return {
    machine,
    taken: [...(source.name === chosen ? [] : [renamed]), ...composed.taken],
    left: composed.left,
  };
}

const isDisk = ({ format }: Bring): boolean => format !== undefined;

/** Bytes that take so long to copy that somebody may wonder. */
const noticeable = 2 ** 26;

/** Brings the files of a machine into its draft; disks must not be in use meanwhile. */
async function fill(
  scope: Scope,
  draft: Machine,
  { along = [] }: Source,
  { make, bring }: Composed,
  move: boolean,
): Promise<void> {
  const into = (to: string) => join(draft.directory, to);
  const disks: [copy: string, was: DiskInfo][] = [];
  for (const { from, to, format } of bring.filter(isDisk)) {
    disks.push([into(to), await diskInfo(scope, from, format)]);
  }
  for (const { to, size } of make) await createDisk(scope, into(to), size);
  for (const file of [...along, ...bring.filter((it) => !it.along)]) {
    const { size } = statSync(file.from);
    if (size >= noticeable) scope.step(`Bringing ${basename(file.from)}, ${roundSize(size)}`);
    mkdirSync(dirname(into(file.to)), { recursive: true });
    await copy(scope, file.from, into(file.to), { link: move && (along.length > 0 || isDisk(file)) });
  }
  for (const [copied, was] of disks) await keepBacking(scope, copied, was);
  crashPoint('import: filled');
}

/** Keeps other commands from a machine of runit-vm while it is read. What is none will be told of by its reader. */
async function lockDirectory(path: string): Promise<Lock | undefined> {
  try {
    const held = await lock(path, { wait: 0 });
    if (held) return held;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
  throw new VivariumError('machine-busy', { name: basename(path), by: 'another command' });
}

/** @throws `import-invalid` */
function checkRemovable(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    throw failing(path)('lies in a directory that you may not write to, so that it cannot be moved');
  }
}
