import { renameSync, statSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { Undo } from '../base/undo.ts';
import { syncDirectory, temporaryName, writeFileAtomic } from '../host/atomic-file.ts';
import { claim, tryClaim } from '../host/claim.ts';
import { crashPoint } from '../host/crash-point.ts';
import { digestFile } from '../host/digest.ts';
import { removeDirectory } from '../host/remove-directory.ts';
import { buildingPath, imagePath, isBuilding, isDiscarded, manifestFile } from './files.ts';
import type { Content, FileEntry } from './manifest.ts';
import { checkReplaceable, type Replaceable } from './replace.ts';
import { findImage, type Image, readImage } from './store.ts';

export interface BuildRequest {
  vmdir: string;
  name: string;
  /** Digest of all that goes into the image. */
  inputs: string;
  /** Build it even where it is there, of the same inputs. */
  rebuild: boolean;
  /** Which image that has the name may be replaced; any where this is not said. */
  replaceable?: Replaceable;
}

/** Files from which on it is told how far their digest is. */
const worthTelling = 2 ** 28;

/**
 * Builds an image as a whole or not at all, unless it is there already, of the same inputs. `fill` writes its
 * files into the directory that it is given, which then becomes the image under its name. Of two builds of one
 * name the second waits for the first, and finds the image done.
 * @throws `name-invalid`, `image-exists`, `image-in-use`, `disk-full`, `timeout`, `interrupted`, and what `fill` throws
 */
export async function buildImage(
  scope: Scope,
  request: BuildRequest,
  fill: (directory: string) => Promise<Content>,
): Promise<Image> {
  const { vmdir, name } = request;
  const began = Date.now();
  const building = buildingPath(vmdir, name);
  const before = existing(request, began);
  if (before) return before;
  using _held = await claim(scope, building, `another build of the image ${name}`);
  await using undo = new Undo();
  undo.push(() => removeDirectory(building));
  const meanwhile = existing(request, began);
  if (meanwhile) return meanwhile;
  const { replaceable } = request;
  const check = replaceable ? checkReplaceable(vmdir, name, replaceable) : () => {};
  try {
    await sweep(building);
    const content = await fill(building);
    await writeManifest(scope, building, request, content);
    crashPoint('image: filled');
    scope.check();
    const replaced = moveIntoPlace(building, imagePath(vmdir, name), check);
    crashPoint('image: placed');
    undo.keep();
    await removeDirectory(replaced);
  } catch (error) {
    if (errnoOf(error) !== 'ENOSPC' && errnoOf(error) !== 'EDQUOT') throw error;
    const doing = `building the image ${name}`;
    throw new VivariumError('disk-full', { path: dirname(building), doing }, { cause: error });
  }
  return readImage(vmdir, name);
}

/** The image that was asked for, where it is there and intact; for a rebuild only one made since it `began`, a millisecond or more. */
function existing({ vmdir, name, inputs, rebuild }: BuildRequest, began: number): Image | undefined {
  const image = findImage(vmdir, name);
  if (image === undefined || image === 'broken' || image.inputs !== inputs) return undefined;
  return !rebuild || Date.parse(image.made) > began ? image : undefined;
}

/** Empties the directory that is held, and removes what builds that were killed have left beside it. */
async function sweep(held: string): Promise<void> {
  for (const entry of await readdir(held)) await removeDirectory(join(held, entry));
  const images = dirname(held);
  for (const entry of await readdir(images)) {
    const path = join(images, entry);
    if (isDiscarded(entry)) await removeDirectory(path);
    if (!isBuilding(entry) || path === held) continue;
    using abandoned = await tryClaim(path);
    if (abandoned) await removeDirectory(path);
  }
}

async function writeManifest(
  scope: Scope,
  directory: string,
  request: BuildRequest,
  content: Content,
): Promise<void> {
  const entries = Object.entries(content.files).map(
    async ([role, file]) => [role, await settle(scope, directory, file)] as const,
  );
  const manifest = {
    version: 1,
    name: request.name,
    made: new Date().toISOString(),
    inputs: request.inputs,
    ...content,
    files: Object.fromEntries(await Promise.all(entries)),
  };
  writeFileAtomic(join(directory, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Brings a file to the disk, and returns what the manifest says of it. */
async function settle(scope: Scope, directory: string, file: string): Promise<FileEntry> {
  await using handle = await open(join(directory, file));
  const { size } = await handle.stat();
  const told = (done: number) => size > worthTelling && scope.step(`Digesting ${file}`, { done, of: size });
  const { hex, bytes } = await digestFile(scope, file, 'sha256', { descriptor: handle.fd, told });
  await handle.sync();
  return { file, bytes, sha256: hex };
}

/**
 * @param check throws where the image that had this place has to go back there; it is called when that is out of it
 * @returns where that image is now
 */
function moveIntoPlace(from: string, to: string, check: () => void): string {
  const replaced = temporaryName(to);
  const exists = statSync(to, { throwIfNoEntry: false }) !== undefined;
  if (exists) renameSync(to, replaced);
  try {
    if (exists) check();
    crashPoint('image: replacing');
    renameSync(from, to);
  } catch (error) {
    if (exists) renameSync(replaced, to);
    throw error;
  }
  syncDirectory(dirname(to));
  return replaced;
}
