import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseDuration } from '../base/durations.ts';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { parseSize } from '../base/sizes.ts';
import { readImage } from '../image/store.ts';
import { createDisk } from '../qemu/disk-image.ts';
import type { Config } from './config.ts';
import { newPlace, placeMachine } from './draft.ts';
import { fileOf } from './files.ts';
import type { Home } from './home.ts';
import type { Machine } from './machine.ts';
import { type MakeParameters, newSpec, parseShare } from './new-spec.ts';
import { chosenTemplates, stockTemplate, topicOf } from './templates.ts';

/** The disk of a machine that has nothing else to boot from, where the configuration does not say. */
export const defaultDisk = '20G';

/**
 * Makes a machine of what was asked for.
 * @throws `name-invalid`, `machine-exists`, `image-not-found`, `template-not-found`, `file-missing`, `disk-full`,
 * `setting-invalid`
 */
export async function make(scope: Scope, home: Home, parameters: MakeParameters): Promise<Machine> {
  const machine = newPlace(home, parameters.name);
  const templates = chosenTemplates([...defaultTemplates(home), ...(parameters.template ?? [])]);
  const topics = templates.map(topicOf);
  if (parameters.image !== undefined) readImage(home.directory, parameters.image);
  for (const file of ['iso', 'kernel', 'initrd'] as const) checkFile(parameters[file]);
  const network = parameters.network !== 'none' && !topics.includes('net');
  if (!network && parameters.forward) {
    const problem = 'needs a network of machine.yaml, and this machine would have none';
    throw new VivariumError('parameter-invalid', { operation: 'make', parameter: '--forward', problem });
  }
  for (const share of parameters.share ?? []) checkDirectory(share);
  const disk = diskOf(home, parameters);
  const wait = parameters.wait ?? configured(home, 'VMCONF_DEFAULT_WAIT', parseDuration, durationProblem);
  const text = newSpec(
    { ...parameters, wait },
    {
      disk: disk !== undefined && !topics.includes('drive'),
      network,
    },
  );
  await placeMachine(scope, machine, { text, autostart: parameters.autostart === true }, async (draft) => {
    if (templates.length > 0) mkdirSync(fileOf(draft, 'templates'));
    for (const name of templates)
      writeFileSync(join(fileOf(draft, 'templates'), name), stockTemplate(home, name));
    if (disk !== undefined) await createDisk(scope, fileOf(draft, 'drive'), disk);
  });
  return machine;
}

function defaultTemplates({ config }: Home): string[] {
  return (config.VMCONF_DEFAULT_TEMPLATES ?? '').split(/\s+/).filter((name) => name !== '');
}

/** Bytes of the disk to create: what is asked for; else the usual size, where nothing is booted directly. */
function diskOf(home: Home, { disk, image, kernel }: MakeParameters): number | undefined {
  if (disk === 'none') return undefined;
  if (disk !== undefined) return disk;
  if (image || kernel || home.config.VMCONF_DEFAULT_DRIVE === 'none') return undefined;
  return configured(home, 'VMCONF_DEFAULT_DRIVE', parseSize, driveProblem) ?? parseSize(defaultDisk);
}

const driveProblem = 'must be none, or a size such as 20G';
const durationProblem = 'must be a duration such as 60s or 2m';

/** What the configuration says, if it does. @throws `setting-invalid` */
function configured(
  { config }: Home,
  variable: keyof Config,
  parse: (text: string) => number | undefined,
  problem: string,
): number | undefined {
  const value = config[variable];
  if (!value) return undefined;
  const parsed = parse(value);
  if (parsed === undefined) throw new VivariumError('setting-invalid', { variable, value, problem });
  return parsed;
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
