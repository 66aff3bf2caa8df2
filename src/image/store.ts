import { readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { errnoOf, isVivariumError, VivariumError } from '../base/errors.ts';
import { namePattern } from '../base/names.ts';
import { temporaryName } from '../host/atomic-file.ts';
import { imagePath, imagesDirectory, manifestFile } from './files.ts';

const fileSchema = z.object({
  /** Its name in the image's directory. */
  file: z.string().check(z.regex(/^[^/]+$/)),
  bytes: z.number(),
  sha256: z.string(),
});

/** `image.json`. */
const manifestSchema = z.object({
  version: z.literal(1),
  name: z.string(),
  kind: z.literal('kernel'),
  /** ISO 8601. */
  made: z.string(),
  /** Digest of all that it was made from: where it is the same, a build would give the same image. */
  inputs: z.string(),
  /** The kernel's command line, unless a machine has its own. */
  append: z.string(),
  /** What it was made from, for people: package and version. */
  source: z.record(z.string(), z.string()),
  files: z.object({
    /** An ELF file that starts through PVH. */
    kernel: fileSchema,
    /** The same kernel for firmware that cannot do that, such as UEFI. */
    bzImage: fileSchema,
    initrd: fileSchema,
  }),
});

export type Manifest = z.infer<typeof manifestSchema>;

export interface Image extends Manifest {
  /** The absolute path of the directory that holds its files. */
  directory: string;
}

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
  const manifest = parseManifest(name, readManifest(name, join(directory, manifestFile)));
  for (const { file, bytes } of Object.values(manifest.files)) {
    const size = statSync(join(directory, file), { throwIfNoEntry: false })?.size;
    if (size === undefined) throw broken(name, `its file ${file} is missing`);
    if (size !== bytes) throw broken(name, `its file ${file} has ${size} bytes and not ${bytes}`);
  }
  return { ...manifest, name, directory };
}

/** The absolute path of one of an image's files. */
export function imageFile(image: Image, role: keyof Manifest['files']): string {
  return join(image.directory, image.files[role].file);
}

/**
 * Removes an image, broken or not: gone at once, its space is free when the promise is fulfilled.
 * @throws `name-invalid`, `image-not-found`
 */
export async function removeImage(vmdir: string, name: string): Promise<void> {
  const directory = imagePath(vmdir, name);
  const discarded = temporaryName(directory);
  try {
    renameSync(directory, discarded);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    throw new VivariumError('image-not-found', { name, available: imageNames(vmdir) }, { cause: error });
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

function readManifest(name: string, file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') throw broken(name, `it has no ${manifestFile}`);
    throw broken(name, `its ${manifestFile} cannot be read`, error);
  }
}

function parseManifest(name: string, content: unknown): Manifest {
  const parsed = manifestSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const { version } = Object(content) as { version?: unknown };
  if (typeof version === 'number' && version > 1) {
    throw broken(name, `its ${manifestFile} has version ${version}; this Vivarium reads up to version 1`);
  }
  const place = parsed.error.issues[0]?.path.join('.');
  throw broken(name, `its ${manifestFile} is wrong${place ? ` at ${place}` : ''}`, parsed.error);
}

function broken(name: string, reason: string, cause?: unknown): VivariumError<'image-broken'> {
  return new VivariumError('image-broken', { name, reason }, { cause });
}
