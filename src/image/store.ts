import { readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, isVivariumError, VivariumError } from '../base/errors.ts';
import { namePattern } from '../base/names.ts';
import { temporaryName } from '../host/atomic-file.ts';
import { imagePath, imagesDirectory, manifestFile } from './files.ts';
import { type FileEntry, type Manifest, parseManifest } from './manifest.ts';

/** An image as it lies on disk. */
export type Image<Kind extends Manifest['kind'] = Manifest['kind']> = Extract<Manifest, { kind: Kind }> & {
  /** The absolute path of the directory that holds its files. */
  directory: string;
};

/** An image as a list shows it. */
export type ImageEntry = { name: string; image: Image } | { name: string; broken: string };

/** All images in the order of their names. One that cannot be read is listed as broken, with the reason. */
export function listImages(vmdir: string): ImageEntry[] {
  return imageNames(vmdir).map((name) => {
    try {
      return { name, image: readImage(vmdir, name) };
    } catch (error) {
      if (isVivariumError(error, 'image-broken')) return { name, broken: error.details.reason };
      return { name, broken: error instanceof Error ? error.message : String(error) };
    }
  });
}

/**
 * An image whose files are all there, with the lengths they ought to have.
 * @throws `name-invalid`, `image-not-found`, `image-broken`
 */
export function readImage(vmdir: string, name: string): Image {
  const directory = imagePath(vmdir, name);
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new VivariumError('image-not-found', { name, available: imageNames(vmdir) });
  }
  const manifest = readManifest(name, join(directory, manifestFile));
  for (const { file, bytes } of filesOf(manifest)) {
    const size = statSync(join(directory, file), { throwIfNoEntry: false })?.size;
    if (size === undefined) throw broken(name, `its file ${file} is missing`);
    if (size !== bytes) throw broken(name, `its file ${file} has ${size} bytes and not ${bytes}`);
  }
  return { ...manifest, name, directory };
}

/** An image, where there is one; a broken one has nothing that could be told. @throws `name-invalid` */
export function findImage(vmdir: string, name: string): Image | 'broken' | undefined {
  try {
    return readImage(vmdir, name);
  } catch (error) {
    if (isVivariumError(error, 'image-broken')) return 'broken';
    if (isVivariumError(error, 'image-not-found')) return undefined;
    throw error;
  }
}

/** A kernel beside an image's disk, or that is the image, as absolute paths. */
export interface ImageKernel {
  /** The ELF file, for QEMU alone; and the same for firmware. */
  kernel: string;
  bzImage: string;
  initrd: string;
  append: string;
}

/** The kernel by which an image is booted directly, if it has one. */
export function kernelIn(image: Image): ImageKernel | undefined {
  if (image.kind === 'iso') return undefined;
  const { kernel, bzImage, initrd } = image.files;
  if (!kernel || !bzImage || !initrd) return undefined;
  const path = ({ file }: FileEntry) => join(image.directory, file);
  return {
    kernel: path(kernel),
    bzImage: path(bzImage),
    initrd: path(initrd),
    append: image.append ?? '',
  };
}

/** The files that an image is made of. */
export function filesOf({ files }: Manifest): FileEntry[] {
  return Object.values(files).filter((entry) => entry !== undefined);
}

/**
 * Removes an image, broken or not: gone at once, its space is free when the promise is fulfilled.
 * @param check throws where it may not be removed. It is called before, and again when the image is out of its place:
 * who came to use it in between finds it back there, or sees that it is gone.
 * @throws `name-invalid`, `image-not-found`
 */
export async function removeImage(vmdir: string, name: string, check: () => void): Promise<void> {
  const directory = imagePath(vmdir, name);
  const discarded = temporaryName(directory);
  check();
  try {
    renameSync(directory, discarded);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    throw new VivariumError('image-not-found', { name, available: imageNames(vmdir) }, { cause: error });
  }
  try {
    check();
  } catch (error) {
    renameSync(discarded, directory);
    throw error;
  }
  await rm(discarded, { recursive: true, force: true });
}

function imageNames(vmdir: string): string[] {
  try {
    return readdirSync(join(vmdir, imagesDirectory))
      .filter((entry) => namePattern.test(entry))
      .sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function readManifest(name: string, file: string): Manifest {
  try {
    const { manifest, problem } = parseManifest(JSON.parse(readFileSync(file, 'utf8')));
    if (manifest) return manifest;
    throw broken(name, `its ${manifestFile} ${problem}`);
  } catch (error) {
    if (isVivariumError(error)) throw error;
    if (errnoOf(error) === 'ENOENT') throw broken(name, `it has no ${manifestFile}`);
    throw broken(name, `its ${manifestFile} cannot be read`, error);
  }
}

function broken(name: string, reason: string, cause?: unknown): VivariumError<'image-broken'> {
  return new VivariumError('image-broken', { name, reason }, { cause });
}
