import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, statSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf, isVivariumError, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { Undo } from '../base/undo.ts';
import { syncDirectory, temporaryName, writeFileAtomic } from '../host/atomic-file.ts';
import { type Lock, lock } from '../host/lock.ts';
import { removeDirectory } from '../host/remove-directory.ts';
import { buildingPath, imagePath, isBuilding, isDiscarded, manifestFile } from './files.ts';
import { holdImage } from './hold.ts';
import type { Content, FileEntry } from './manifest.ts';
import { type Image, readImage } from './store.ts';

export interface BuildRequest {
  vmdir: string;
  name: string;
  /** Digest of all that goes into the image. */
  inputs: string;
  /** Build it even where it is there, of the same inputs. */
  rebuild: boolean;
  /** The machines that were made from the image of a name. */
  users?: ((name: string) => string[]) | undefined;
}

/**
 * Builds an image as a whole or not at all, unless it is there already, of the same inputs. `fill` writes its
 * files into the directory that it is given, which then becomes the image under its name. Of two builds of one
 * name the second waits for the first, and finds the image done.
 * @throws `name-invalid`, `image-in-use` where a disk would be replaced that a machine stands on, `disk-full`,
 * `timeout`, `interrupted`, and what `fill` throws
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
  using _held = await claim(scope, building, name);
  await using undo = new Undo();
  undo.push(() => removeDirectory(building));
  const meanwhile = existing(request, began);
  if (meanwhile) return meanwhile;
  checkReplaceable(request);
  try {
    await sweep(building);
    const content = await fill(building);
    scope.check();
    await writeManifest(building, request, content);
    const replaced = await replace(scope, building, request);
    undo.keep();
    await removeDirectory(replaced);
  } catch (error) {
    if (errnoOf(error) !== 'ENOSPC' && errnoOf(error) !== 'EDQUOT') throw error;
    const doing = `building the image ${name}`;
    throw new VivariumError('disk-full', { path: dirname(building), doing }, { cause: error });
  }
  return readImage(vmdir, name);
}

/** The image that was asked for, where it is there and intact; for a rebuild only one made since it `began`. */
function existing({ vmdir, name, inputs, rebuild }: BuildRequest, began: number): Image | undefined {
  try {
    const image = readImage(vmdir, name);
    const fresh = !rebuild || Date.parse(image.made) >= began;
    return fresh && image.inputs === inputs ? image : undefined;
  } catch (error) {
    if (isVivariumError(error, 'image-not-found') || isVivariumError(error, 'image-broken')) return undefined;
    throw error;
  }
}

/**
 * Locks the directory in which the image is built. Whoever built in it meanwhile has renamed or removed it: a
 * lock of what has no longer this name says nothing, hence `current`.
 */
async function claim(scope: Scope, building: string, name: string): Promise<Lock> {
  let told = false;
  const attempt = async (): Promise<Lock | undefined> => {
    mkdirSync(building, { recursive: true });
    const held = await tryLock(building);
    if (held?.current()) return held;
    held?.[Symbol.dispose]();
    if (!told) scope.step(`Waiting for another build of ${name}`);
    told = true;
    return undefined;
  };
  const awaited = `another build of the image ${name}`;
  return scope.until(attempt, () => ({ awaited, lines: [], hint: 'Allow more time with --timeout.' }), {
    every: 100,
  });
}

async function tryLock(path: string): Promise<Lock | undefined> {
  try {
    return await lock(path, { wait: 0 });
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Empties the directory that is held, and removes what builds that were killed have left beside it. */
async function sweep(held: string): Promise<void> {
  for (const entry of await readdir(held)) await removeDirectory(join(held, entry));
  const images = dirname(held);
  for (const entry of await readdir(images)) {
    const path = join(images, entry);
    if (isDiscarded(entry)) await removeDirectory(path);
    if (!isBuilding(entry) || path === held) continue;
    using abandoned = await tryLock(path);
    if (abandoned?.current()) await removeDirectory(path);
  }
}

async function writeManifest(directory: string, request: BuildRequest, content: Content): Promise<void> {
  const entries = Object.entries(content.files).map(
    async ([role, file]) => [role, await settle(directory, file)] as const,
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
async function settle(directory: string, file: string): Promise<FileEntry> {
  await using handle = await open(join(directory, file));
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of handle.createReadStream({ autoClose: false, highWaterMark: 2 ** 20 })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  await handle.sync();
  return { file, bytes, sha256: hash.digest('hex') };
}

/** Puts the image into its place while nobody can make a machine of the one that was there. */
async function replace(scope: Scope, building: string, request: BuildRequest): Promise<string> {
  using _held = await holdImage(scope, request.vmdir, request.name, { shared: false });
  checkReplaceable(request);
  return moveIntoPlace(building, imagePath(request.vmdir, request.name));
}

/** What lies above a disk in an overlay means nothing above another one. A kernel can be replaced at any time. */
function checkReplaceable({ vmdir, name, users }: BuildRequest): void {
  const by = users?.(name) ?? [];
  if (by.length === 0 || kindOf(vmdir, name) === 'kernel') return;
  const advice = 'Or build it under another name: --name';
  throw new VivariumError('image-in-use', { name, by, advice });
}

/** @returns undefined where it is broken or not there */
function kindOf(vmdir: string, name: string): string | undefined {
  try {
    return readImage(vmdir, name).kind;
  } catch (error) {
    if (isVivariumError(error, 'image-not-found') || isVivariumError(error, 'image-broken')) return undefined;
    throw error;
  }
}

/** @returns where the image that had this place is now */
function moveIntoPlace(from: string, to: string): string {
  const replaced = temporaryName(to);
  const exists = statSync(to, { throwIfNoEntry: false }) !== undefined;
  if (exists) renameSync(to, replaced);
  try {
    renameSync(from, to);
  } catch (error) {
    if (exists) renameSync(replaced, to);
    throw error;
  }
  syncDirectory(dirname(to));
  return replaced;
}
