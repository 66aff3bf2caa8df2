import { VivariumError } from '../base/errors.ts';
import { buildDebian } from './debian.ts';
import type { Recipe } from './recipe.ts';
import { buildTiny } from './tiny.ts';

/** All images that can be built, by name. */
export const recipes: Record<string, Recipe> = {
  tiny: {
    summary:
      "Debian's kernel and busybox in memory: a root shell two seconds after the start, even emulated.",
    build: buildTiny,
  },
  debian: {
    summary: 'Debian from its own packages on a disk, with systemd, ssh and the guest agent.',
    build: buildDebian,
  },
};

/** @throws `recipe-unknown` */
export function findRecipe(name: string): Recipe {
  const recipe = Object.hasOwn(recipes, name) ? recipes[name] : undefined;
  if (!recipe) throw new VivariumError('recipe-unknown', { name, available: Object.keys(recipes) });
  return recipe;
}
