import { VivariumError } from '../base/errors.ts';
import { buildRecipe } from '../image/recipes.ts';
import { listImages, removeImage } from '../image/store.ts';
import { ensureHome, type Home } from '../machine/home.ts';
import { listMachines } from '../machine/machine.ts';
import { readSpec } from '../machine/spec-file.ts';
import type { ImageView } from '../protocol/views.ts';
import type { Implementation } from './implementation.ts';

export const imageEngine: Implementation<'image'> = {
  'image.list': async (home) => views(home),
  'image.build': async (home, { recipe, ...options }, scope) => {
    ensureHome(home);
    const users = (name: string) => usersOf(home).get(name) ?? [];
    const image = await buildRecipe(scope, recipe, {
      vmdir: home.directory,
      cache: home.cache,
      users,
      ...options,
    });
    return views(home).find(({ name }) => name === image.name) as ImageView;
  },
  'image.remove': async (home, { name }) => {
    const by = usersOf(home).get(name) ?? [];
    if (by.length > 0) throw new VivariumError('image-in-use', { name, by });
    await removeImage(home.directory, name);
    return { name };
  },
};

function views(home: Home): ImageView[] {
  const users = usersOf(home);
  return listImages(home.directory).map((entry) => {
    const usedBy = users.get(entry.name) ?? [];
    if ('broken' in entry) return { name: entry.name, state: 'broken', reason: entry.broken, usedBy };
    const { kind, made, source, files } = entry.image;
    const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
    return {
      name: entry.name,
      state: 'ready',
      kind,
      bytes,
      made,
      source: Object.values(source).join(', '),
      usedBy,
    };
  });
}

/** The machines that were made from each image. */
function usersOf(home: Home): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const machine of listMachines(home)) {
    const image = imageOf(machine);
    if (image !== undefined) users.set(image, [...(users.get(image) ?? []), machine.name]);
  }
  return users;
}

/** A machine that cannot be read uses none that we could name. */
function imageOf(machine: Parameters<typeof readSpec>[0]): string | undefined {
  try {
    return readSpec(machine)?.image;
  } catch {
    return undefined;
  }
}
