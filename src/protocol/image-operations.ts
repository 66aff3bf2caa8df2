import * as z from 'zod/mini';
import { argument, flag, operation, remaining } from './operation.ts';
import { imageName, name, packageName, path, size, userName } from './values.ts';
import type { CatalogueView, ImageDetail, ImageVerification, ImageView, PruneReport } from './views.ts';

const image = argument(name, 'the image', 'IMAGE', { names: 'image' });

/** What is told about a disk that somebody else made. */
const facts = () => ({
  name: flag(z.optional(imageName), "the image's name; else that of the catalogue or the file", {
    placeholder: 'NAME',
  }),
  user: flag(z.optional(userName), 'who logs in by ssh', { placeholder: 'USER' }),
  cloudInit: flag(
    z.optional(z.boolean()),
    'cloud-init sets it up at its first boot, --no-cloud-init: it does not; the catalogue knows its own',
  ),
});

const sha256 = z.string().check(z.regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits'));

/** What can be wrong with a file that is to become an image. */
const fileErrors = [
  'not-an-image',
  'image-unsafe',
  'image-unreadable',
  'image-exists',
  'image-in-use',
  'disk-full',
  'tool-missing',
] as const;

export const imageOperations = {
  'image.list': operation<ImageView[]>()(() => ({}), { summary: 'List the images', access: 'read' }),
  'image.build': operation<ImageView>()(
    () => ({
      recipe: argument(path, 'what to build: tiny, debian, or a FILE.yaml', 'RECIPE'),
      name: flag(z.optional(imageName), "the image's name; the recipe's if not said", {
        placeholder: 'NAME',
      }),
      release: flag(z.optional(z.string()), 'the release of Debian, as bookworm', { placeholder: 'RELEASE' }),
      packages: flag(z.optional(z.array(packageName)), 'more packages to install; may be repeated, or a,b', {
        placeholder: 'PACKAGE',
        commas: true,
      }),
      size: flag(z.optional(size), 'the disk that a machine gets; 10G if not said', { placeholder: 'SIZE' }),
      rebuild: flag(z.optional(z.boolean()), 'build even when nothing has changed'),
    }),
    {
      summary: 'Build an image',
      timeout: 1_800_000,
      errors: [
        ...(['recipe-unknown', 'recipe-invalid', 'file-missing', 'image-in-use'] as const),
        ...(['tool-missing', 'subuids-missing', 'space-short', 'disk-full', 'command-failed'] as const),
      ],
    },
  ),
  'image.pull': operation<ImageView>()(
    () => ({
      from: argument(z.string(), 'a name of the catalogue, or a URL', 'NAME|URL'),
      ...facts(),
      sha256: flag(z.optional(sha256), 'the digest that it must have', { placeholder: 'HEX' }),
    }),
    {
      summary: 'Download an image',
      timeout: 43_200_000,
      errors: [
        ...([
          'catalogue-invalid',
          'catalogue-unknown',
          'download-failed',
          'digest-wrong',
          'timeout',
        ] as const),
        ...fileErrors,
      ],
    },
  ),
  'image.import': operation<ImageView>()(
    () => ({
      file: argument(
        path,
        'qcow2, raw, vmdk, vdi, vhdx, vpc (VHD), OVA or ISO; plain or in xz, gz, zst, bz2 or tar',
        'FILE',
      ),
      ...facts(),
      format: flag(
        z.optional(z.enum(['qcow2', 'raw', 'vmdk', 'vdi', 'vhdx', 'vpc', 'iso'])),
        'what it has to be; else its content says it',
        { placeholder: 'FORMAT' },
      ),
    }),
    {
      summary: 'Make an image of a file',
      timeout: 7_200_000,
      errors: ['catalogue-invalid', 'file-missing', ...fileErrors],
    },
  ),
  'image.show': operation<ImageDetail>()(() => ({ name: image }), {
    summary: 'Show all about an image',
    access: 'read',
    errors: ['image-not-found'],
  }),
  'image.verify': operation<ImageVerification[]>()(
    () => ({
      names: remaining(z.optional(z.array(name)), 'the images; all if none is named', 'IMAGE', {
        names: 'image',
      }),
    }),
    {
      summary: 'Compare the files of images with their digests',
      timeout: 3_600_000,
      errors: ['image-not-found'],
    },
  ),
  'image.prune': operation<PruneReport>()(
    () => ({
      unused: flag(z.optional(z.boolean()), 'images too that no machine uses'),
      dryRun: flag(z.optional(z.boolean()), 'only say what would go'),
    }),
    { summary: 'Free space: what killed builds and old downloads have left', timeout: 600_000 },
  ),
  'image.catalogue': operation<CatalogueView[]>()(() => ({}), {
    summary: 'List the images that can be pulled by name',
    access: 'read',
    errors: ['catalogue-invalid'],
  }),
  'image.remove': operation<{ name: string }>()(() => ({ name: image }), {
    summary: 'Remove an image that no machine uses',
    errors: ['image-not-found', 'image-in-use'],
  }),
};
