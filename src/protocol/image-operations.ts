import * as z from 'zod/mini';
import { argument, flag, operation } from './operation.ts';
import { name } from './values.ts';
import type { ImageView } from './views.ts';

export const imageOperations = {
  'image.list': operation<ImageView[]>()(() => ({}), { summary: 'List the images' }),
  'image.build': operation<ImageView>()(
    () => ({
      recipe: argument(name, 'what to build: tiny', 'RECIPE'),
      rebuild: flag(z.optional(z.boolean()), 'build even when nothing has changed'),
    }),
    {
      summary: 'Build an image',
      timeout: 1_800_000,
      errors: ['recipe-unknown', 'tool-missing', 'command-failed'],
    },
  ),
  'image.remove': operation<{ name: string }>()(() => ({ name: argument(name, 'the image', 'IMAGE') }), {
    summary: 'Remove an image that no machine uses',
    errors: ['image-not-found', 'image-in-use'],
  }),
};
