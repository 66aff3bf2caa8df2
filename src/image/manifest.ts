import * as z from 'zod/mini';

const fileEntry = z.object({
  /** Its name in the image's directory. */
  file: z.string().check(z.regex(/^[^/]+$/)),
  bytes: z.number(),
  sha256: z.string(),
});
export type FileEntry = z.infer<typeof fileEntry>;

const common = {
  version: z.literal(1),
  name: z.string(),
  /** ISO 8601. */
  made: z.string(),
  /** Digest of all that it was made from: where it is the same, a build would give the same image. */
  inputs: z.string(),
  /** What it was made from, for people: package and version, or where it was loaded from. */
  source: z.record(z.string(), z.string()),
};

/** A kernel that is booted directly. */
const kernelFiles = {
  /** An ELF file that starts through PVH. */
  kernel: fileEntry,
  /** The same kernel for firmware that cannot do that, such as UEFI. */
  bzImage: fileEntry,
  initrd: fileEntry,
};

/** A kernel with an initramfs that is all there is. */
const kernelImage = z.object({
  ...common,
  kind: z.literal('kernel'),
  /** The kernel's command line, unless a machine has its own. */
  append: z.string(),
  files: z.object(kernelFiles),
});

/** A disk; machines get overlays of it. */
const diskImage = z.object({
  ...common,
  kind: z.literal('disk'),
  format: z.enum(['qcow2', 'raw']),
  /** Bytes of the disk that a machine gets if it asks for nothing else; at least those of the image's own disk. */
  size: z.number(),
  /** The least that a disk may have: bytes of the image's own. */
  minimum: z.number(),
  /** Who may log in by ssh with the machine's key; root where nothing is known. */
  user: z.optional(z.string()),
  /** Its own name, where it is not to be called as the machine is. */
  hostname: z.optional(z.string()),
  /** What in it follows a seed (see machine/seed.ts) at its first boot. */
  seed: z.enum(['cloud-init', 'script', 'none']),
  /** The kernel's command line, where a kernel lies beside the disk. */
  append: z.optional(z.string()),
  files: z.object({
    disk: fileEntry,
    /** An empty overlay of the disk, of `size`, to be copied for each machine. */
    overlay: fileEntry,
    kernel: z.optional(fileEntry),
    bzImage: z.optional(fileEntry),
    initrd: z.optional(fileEntry),
  }),
});

/** A CD: put into a machine's drive. */
const isoImage = z.object({ ...common, kind: z.literal('iso'), files: z.object({ iso: fileEntry }) });

const schema = z.discriminatedUnion('kind', [kernelImage, diskImage, isoImage]);

/** `image.json`: what an image is, and which files it has. */
export type Manifest = z.infer<typeof schema>;

type Made<M> = M extends Manifest
  ? Omit<M, keyof typeof common | 'files'> & {
      source: Manifest['source'];
      /** The name of the file for each role. */
      files: { [Role in keyof M['files']]: string };
    }
  : never;

/** What whoever fills an image's directory says of it; the rest is found out from the files. */
export type Content = Made<Manifest>;

/** Reads what an `image.json` holds, or says in the words behind "its image.json" what is wrong with it. */
export function parseManifest(
  content: unknown,
): { manifest: Manifest; problem?: never } | { manifest?: never; problem: string } {
  const parsed = schema.safeParse(content);
  if (parsed.success) return { manifest: parsed.data };
  const { version } = Object(content) as { version?: unknown };
  if (typeof version === 'number' && version > 1) {
    return { problem: `has version ${version}; this Vivarium reads up to version 1` };
  }
  const place = parsed.error.issues[0]?.path.join('.');
  return { problem: `is wrong${place ? ` at ${place}` : ''}` };
}
