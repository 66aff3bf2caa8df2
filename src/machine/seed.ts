import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { Undo } from '../base/undo.ts';
import { temporaryName } from '../host/atomic-file.ts';
import { runTool } from '../host/run-tool.ts';
import type { Image } from '../image/store.ts';
import type { MachineSpec } from '../protocol/machine-spec.ts';
import { fileOf } from './files.ts';
import { hostNameOf } from './host-name.ts';
import type { Machine } from './machine.ts';
import { type SeedSettings, seedFiles } from './seed-files.ts';
import { ensureKey } from './ssh-key.ts';

/** The most that a user-data file may have: what cloud services allow for one. */
const largest = 64 * 2 ** 10;

/** Whether a machine gets a seed: its spec says something, or its image listens to one. */
export function isSeeded(spec: MachineSpec, image: Image | undefined): boolean {
  return spec.seed !== undefined || (image?.kind === 'disk' && image.seed !== 'none');
}

/**
 * Writes the machine's seed, unless it is there as it should be.
 * @throws `seed-unfit`, `file-missing`, `tool-missing`, `disk-full`
 */
export async function writeSeed(
  scope: Scope,
  machine: Machine,
  spec: MachineSpec,
  image: Image | undefined,
): Promise<void> {
  const files = Object.entries(seedFiles(await settingsOf(scope, machine, spec, image)));
  const path = fileOf(machine, 'seed');
  const isWritten = (text: string) => existsSync(path) && readFileSync(path).includes(text);
  if (files.every(([, text]) => isWritten(text))) return;
  await using undo = new Undo();
  const directory = temporaryName(path);
  const cd = temporaryName(path);
  undo.push(() => rmSync(directory, { recursive: true, force: true }));
  undo.push(() => rmSync(cd, { force: true }));
  mkdirSync(directory, { mode: 0o700 });
  for (const [name, text] of files) writeFileSync(join(directory, name), text);
  // The label by which NoCloud is found; Joliet and Rock Ridge for the names.
  const args = ['-as', 'mkisofs', '-quiet', '-V', 'cidata', '-J', '-r', '-o', cd, directory];
  writeFileSync(cd, '', { mode: 0o600 });
  await runTool(scope, 'xorriso', args, { doing: `Writing the seed of ${machine.name}`, writes: path });
  renameSync(cd, path);
  // cloud-init gives a new instance new host keys.
  rmSync(fileOf(machine, 'sshKnownHosts'), { force: true });
}

async function settingsOf(
  scope: Scope,
  machine: Machine,
  { seed }: MachineSpec,
  image: Image | undefined,
): Promise<SeedSettings> {
  const key = await ensureKey(scope, machine);
  const disk = image?.kind === 'disk' ? image : undefined;
  return {
    hostname: seed?.hostname ?? disk?.hostname ?? hostNameOf(machine),
    user: seed?.user,
    usualUser: disk?.user ?? 'root',
    password: seed?.password,
    keys: [key, ...(seed?.keys ?? [])],
    packages: seed?.packages ?? [],
    commands: seed?.commands ?? [],
    userData: seed?.userData === undefined ? undefined : readUserData(machine, seed.userData, disk),
  };
}

function readUserData(machine: Machine, file: string, image: Image<'disk'> | undefined): string {
  const path = resolve(machine.directory, file);
  const unfit = (problem: string) => new VivariumError('seed-unfit', { name: machine.name, file, problem });
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile()) {
    throw new VivariumError('file-missing', { file, what: `${machine.name}/machine.yaml: seed.userData:` });
  }
  if (found.size > largest) throw unfit('has more than 64K');
  const text = readFileSync(path);
  if (text.includes(0)) throw unfit('is no text');
  if (image?.seed === 'script' && !text.toString().startsWith('#!')) {
    throw unfit(`is no script (#!), and ${image.name} has no cloud-init to understand anything else`);
  }
  return text.toString();
}
