import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { type RecipeSpec, recipeSpec } from '../protocol/recipe-spec.ts';
import { openYaml } from '../protocol/yaml-text.ts';

/** Whether what was asked for is a recipe's file, and not the name of a recipe that is built in. */
export function isRecipeFile(recipe: string): boolean {
  return recipe.includes('/') || /\.ya?ml$/.test(recipe);
}

/** @throws `file-missing`, `recipe-invalid` with line and column */
export function readRecipe(file: string): RecipeSpec & { name: string } {
  return parseRecipe(readText(file), file);
}

/** @throws `recipe-invalid` */
export function parseRecipe(text: string, file: string): RecipeSpec & { name: string } {
  const { plain, check } = openYaml(text, (fault) => new VivariumError('recipe-invalid', { file, ...fault }));
  const recipe = check(recipeSpec, plain());
  return { ...recipe, name: recipe.name ?? basename(file).replace(/\.ya?ml$/, '') };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (!errnoOf(error)) throw error;
    throw new VivariumError('file-missing', { file, what: 'The recipe' }, { cause: error });
  }
}
