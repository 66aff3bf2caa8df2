import * as z from 'zod/mini';
import { argument, flag, operation } from './operation.ts';
import { imageName, name, packageName, path, size } from './values.ts';
import type { ImageView } from './views.ts';

export const imageOperations = {
  'image.list': operation<ImageView[]>()(() => ({}), { summary: 'List the images' }),
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
        ...(['tool-missing', 'subuids-missing', 'space-short', 'command-failed'] as const),
      ],
    },
  ),
  'image.remove': operation<{ name: string }>()(() => ({ name: argument(name, 'the image', 'IMAGE') }), {
    summary: 'Remove an image that no machine uses',
    errors: ['image-not-found', 'image-in-use'],
  }),
};
