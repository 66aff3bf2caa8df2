import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseDuration } from '../base/durations.ts';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import type { Undo } from '../base/undo.ts';
import { copyOverlay, imageCd } from '../image/overlay.ts';
import { readImage } from '../image/store.ts';
import { createDisk } from '../qemu/disk-image.ts';
import { newPlace, placeMachine } from './draft.ts';
import { fileOf } from './files.ts';
import type { Home } from './home.ts';
import type { Machine } from './machine.ts';
import { configured, newDisk } from './new-disk.ts';
import { type MakeParameters, newSpec, parseShare } from './new-spec.ts';
import { chosenTemplates, stockTemplate, topicOf } from './templates.ts';

/**
 * Makes a machine of what was asked for.
 * @param last see placeMachine
 * @throws `name-invalid`, `machine-exists`, `image-not-found`, `template-not-found`, `file-missing`, `disk-full`,
 * `setting-invalid`
 */
export async function make(
  scope: Scope,
  home: Home,
  parameters: MakeParameters,
  last?: (draft: Machine, undo: Undo) => Promise<void>,
): Promise<Machine> {
  const machine = newPlace(home, parameters.name);
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
  const settings = [
    parameters.hostname,
    parameters.user,
    parameters.package,
    parameters.run,
    parameters.userData,
  ];
  if (image && deaf && settings.some((it) => it !== undefined)) {
    scope.warn(
      `nothing in the image ${image.name} is known to follow what a guest is told at its first boot`,
    );
  }
  const it = { text, autostart: parameters.autostart === true, image };
  const fill = async (draft: Machine) => {
    if (templates.length > 0) mkdirSync(fileOf(draft, 'templates'));
    for (const name of templates)
      writeFileSync(join(fileOf(draft, 'templates'), name), stockTemplate(home, name));
    if (disk?.over) await copyOverlay(scope, disk.over, fileOf(draft, 'drive'), disk.bytes);
    else if (disk) await createDisk(scope, fileOf(draft, 'drive'), disk.bytes);
  };
  await placeMachine(scope, machine, it, fill, last);
  return machine;
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

/** @throws `file-missing` where a share's directory is not there */
export function checkDirectory(share: string): void {
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
