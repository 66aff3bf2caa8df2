import { VivariumError } from '../base/errors.ts';
import { own } from '../base/own.ts';
import type { Scope } from '../base/scope.ts';
import { buildDebian } from './debian.ts';
import type { Recipe, RecipeOptions } from './recipe.ts';
import { isRecipeFile } from './recipe-file.ts';
import type { Image } from './store.ts';
import { buildTiny } from './tiny.ts';

/** All images that can be built, by name. */
export const recipes: Record<string, Recipe> = {
  tiny: {
    summary:
      "Debian's kernel and busybox in memory: a root shell two seconds after the start, even emulated.",
    build: buildTiny,
    without: ['release', 'packages', 'size'],
  },
  debian: {
    summary: 'Debian from its own packages on a disk, with systemd, ssh and the guest agent.',
    build: buildDebian,
  },
};

/**
 * Builds an image by a recipe's name, or by its file.
 * @throws `recipe-unknown`, `parameter-invalid` for an option that the recipe does not know, and what it throws
 */
export async function buildRecipe(scope: Scope, name: string, options: RecipeOptions): Promise<Image> {
  if (isRecipeFile(name)) return buildDebian(scope, options, name);
  const recipe = own(recipes, name);
  if (!recipe) {
    throw new VivariumError('recipe-unknown', { name, available: [...Object.keys(recipes), 'FILE.yaml'] });
  }
  const foreign = recipe.without?.find((option) => options[option] !== undefined);
  if (foreign) {
    const problem = `means nothing to ${name}`;
    throw new VivariumError('parameter-invalid', { operation: 'image build', parameter: foreign, problem });
  }
  return recipe.build(scope, options);
}
