import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseDuration } from '../base/durations.ts';
import { errnoOf, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { Undo } from '../base/undo.ts';
import { syncDirectory, temporaryName, writeFileAtomic } from '../host/atomic-file.ts';
import { crashPoint } from '../host/crash-point.ts';
import { copyOverlay, imageCd } from '../image/overlay.ts';
import { readImage } from '../image/store.ts';
import { createDisk } from '../qemu/disk-image.ts';
import { fileOf } from './files.ts';
import { ensureHome, type Home } from './home.ts';
import { exists, type Machine, placeOf } from './machine.ts';
import { configured, newDisk } from './new-disk.ts';
import { type MakeParameters, newSpec, parseShare } from './new-spec.ts';
import { serviceSettings, writeScripts } from './scripts.ts';
import { parseSpec } from './spec-file.ts';
import { sweep } from './sweep.ts';
import { chosenTemplates, stockTemplate, topicOf } from './templates.ts';

/**
 * Makes a machine: whole, under a hidden name, and then into its place by one rename.
 * @throws `name-invalid`, `machine-exists`, `image-not-found`, `template-not-found`, `file-missing`, `disk-full`,
 * `setting-invalid`
 */
export async function make(scope: Scope, home: Home, parameters: MakeParameters): Promise<Machine> {
  const machine = placeOf(home, parameters.name);
  if (exists(machine.directory)) throw new VivariumError('machine-exists', { name: machine.name });
  const templates = chosenTemplates([...defaultTemplates(home), ...(parameters.template ?? [])]);
  const topics = templates.map(topicOf);
  const image = parameters.image === undefined ? undefined : readImage(home.directory, parameters.image);
  for (const file of ['iso', 'kernel', 'initrd', 'userData'] as const) checkFile(parameters[file]);
  const network = parameters.network !== 'none' && !topics.includes('net');
  if (!network && parameters.forward) {
    const problem = 'needs a network of machine.yaml, and this machine would have none';
    throw new VivariumError('parameter-invalid', { operation: 'make', parameter: '--forward', problem });
  }
  for (const share of parameters.share ?? []) checkDirectory(share);
  const disk = newDisk(home.config, parameters, image);
  const deaf = image?.kind === 'kernel' || (image?.kind === 'disk' && image.seed === 'none');
  const wait =
    parameters.wait ?? configured(home.config, 'VMCONF_DEFAULT_WAIT', parseDuration, durationProblem);
  const text = newSpec(
    { ...parameters, wait },
    {
      disk: disk !== undefined && !topics.includes('drive'),
      network,
      cdrom: image?.kind === 'iso' ? imageCd(image) : undefined,
      keys: (parameters.sshKey ?? []).map(readKey),
    },
  );
  const spec = parseSpec(text, `${machine.name}/machine.yaml`);
  if (spec.seed && deaf) scope.warn(`nothing in the image ${image.name} is known to listen to a seed`);

  ensureHome(home);
  sweep(home);
  await using undo = new Undo();
  const draft: Machine = { ...machine, directory: temporaryName(machine.directory) };
  undo.push(() => rmSync(draft.directory, { recursive: true, force: true }));
  mkdirSync(draft.directory, { mode: 0o700 });
  mkdirSync(fileOf(draft, 'log'));
  crashPoint('make: drafted');
  if (parameters.autostart !== true) writeFileSync(fileOf(draft, 'down'), '');
  if (templates.length > 0) mkdirSync(fileOf(draft, 'templates'));
  for (const name of templates)
    writeFileSync(join(fileOf(draft, 'templates'), name), stockTemplate(home, name));
  if (disk?.over) await copyOverlay(scope, disk.over, fileOf(draft, 'drive'), disk.bytes);
  else if (disk) await createDisk(scope, fileOf(draft, 'drive'), disk.bytes);
  writeFileAtomic(fileOf(draft, 'spec'), text);
  writeScripts(draft, serviceSettings(spec));
  crashPoint('make: filled');
  scope.check();
  putInPlace(draft, machine);
  crashPoint('make: placed');
  // From here on nobody removes the image; one that was removed meanwhile would leave a disk with nothing below it.
  if (image) undo.push(() => rmSync(machine.directory, { recursive: true, force: true }));
  if (image) readImage(home.directory, image.name);
  undo.keep();
  return machine;
}

function putInPlace(draft: Machine, machine: Machine): void {
  try {
    renameSync(draft.directory, machine.directory);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(errnoOf(error) ?? '')) throw error;
    throw new VivariumError('machine-exists', { name: machine.name }, { cause: error });
  }
  syncDirectory(machine.home.directory);
}

function defaultTemplates({ config }: Home): string[] {
  return (config.VMCONF_DEFAULT_TEMPLATES ?? '').split(/\s+/).filter((name) => name !== '');
}

const durationProblem = 'must be a duration such as 60s or 2m';

/** The first line of a public key's file. @throws `file-missing`, `parameter-invalid` */
function readKey(file: string): string {
  checkFile(file);
  const [line = ''] = readFileSync(resolve(file), 'utf8').split('\n');
  if (/^(ssh-|ecdsa-|sk-)\S+ [A-Za-z0-9+/=]+( |$)/.test(line)) return line.trim();
  const problem = `${file} is no public key; they end in .pub`;
  throw new VivariumError('parameter-invalid', { operation: 'make', parameter: '--ssh-key', problem });
}

function checkDirectory(share: string): void {
  const { path } = parseShare(share);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new VivariumError('file-missing', { file: path, what: 'The directory to share' });
  }
}

function checkFile(file: string | undefined): void {
  if (file !== undefined && !statSync(resolve(file), { throwIfNoEntry: false })?.isFile()) {
    throw new VivariumError('file-missing', { file, what: 'The file' });
  }
}
