import {
  accessSync,
  constants,
  type Dirent,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { errnoOf, isVivariumError } from '../base/errors.ts';
import { namePattern } from '../base/names.ts';
import { imagesDirectory } from '../image/files.ts';
import type { MachineSpec } from '../protocol/machine-spec.ts';
import { fileOf, machineFiles } from './files.ts';
import type { Home } from './home.ts';
import { belowDisk } from './layers.ts';
import { type Machine, machineNames, placeOf } from './machine.ts';
import { readSpec } from './spec-file.ts';

/**
 * The machines that use each image. It is asked of every directory of the home, be it a machine that can be read, a
 * broken one or the rest of one: who loses the image below a disk loses the disk.
 */
export function imageUsers(home: Home): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const name of machineNames(home)
    .filter((name) => namePattern.test(name))
    .sort()) {
    for (const image of imagesOf(home, name)) users.set(image, [...(users.get(image) ?? []), name]);
  }
  return users;
}

/** The machines that use one image. */
export function usersOf(home: Home): (image: string) => string[] {
  return (image) => imageUsers(home).get(image) ?? [];
}

function imagesOf(home: Home, name: string): Set<string> {
  const machine = placeOf(home, name);
  const files = filesIn(machine.directory);
  const templates = files.filter((file) => dirname(file) === fileOf(machine, 'templates'));
  const spec = readOrNothing(machine);
  const elsewhere = spec?.disks.map(({ file }) => resolve(machine.directory, file)) ?? [];
  return new Set([
    ...[...files, ...elsewhere].flatMap((file) => imageBelowDisk(home, file) ?? []),
    ...[fileOf(machine, 'spec'), ...templates].flatMap((file) => mentioned(file)),
    ...(spec?.image === undefined ? [] : [spec.image]),
  ]);
}

/** What is at work in a machine holds no disk, and may be a great many files. */
const notDisks: string[] = [machineFiles.log, 'supervise', 'control'];

/** The files of a machine, those of its snapshots too. */
function filesIn(directory: string): string[] {
  return entriesOf(directory).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return notDisks.includes(entry.name) ? [] : filesIn(path);
    return entry.isFile() || entry.isSymbolicLink() ? [path] : [];
  });
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(errnoOf(error) ?? '')) return [];
    throw error;
  }
}

/** The image at the bottom of a disk, by what the headers say. */
function imageBelowDisk(home: Home, disk: string): string | undefined {
  const images = join(home.directory, imagesDirectory) + sep;
  const seen = new Set<string>(); // a chain may be as long as it likes, but not a circle
  for (let at: string | undefined = disk; at !== undefined && !seen.has(at); ) {
    if (at.startsWith(images)) return at.slice(images.length).split(sep)[0];
    seen.add(at);
    at = isFile(at) ? belowDisk(home, whereItIs(at)) : undefined;
  }
  return undefined;
}

/** A snapshot's disks are links to where they lie. */
const whereItIs = (disk: string): string =>
  lstatSync(disk).isSymbolicLink() ? resolve(dirname(disk), readlinkSync(disk)) : disk;

/** A FIFO would be waited for without end. What may not be read is no disk that we could run. */
function isFile(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isFile();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}

/** Bytes of a text in which images are looked for. */
const longestText = 2 ** 20;

/** The images that a machine.yaml, broken perhaps, or a template names: as `image:`, or with the path of a file. */
function mentioned(file: string): string[] {
  if (!isFile(file) || statSync(file).size > longestText) return [];
  const text = readFileSync(file, 'utf8');
  const found = [...text.matchAll(/\.images\/+([A-Za-z0-9][\w.+-]*)|^image:\s*["']?([\w.+-]+)/gm)];
  return found.flatMap(([, path, key]) => path ?? key ?? []);
}

function readOrNothing(machine: Machine): MachineSpec | undefined {
  try {
    return readSpec(machine);
  } catch (error) {
    if (!isVivariumError(error)) throw error;
    return undefined;
  }
}
