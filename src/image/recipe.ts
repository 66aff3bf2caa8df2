import type { Scope } from '../base/scope.ts';
import type { Image } from './store.ts';

export interface RecipeOptions {
  /** The directory of machines, below which images lie. */
  vmdir: string;
  /** Where downloads are kept for the next build. */
  cache: string;
  /** The image's name; the recipe's if not given. */
  name?: string;
  /** Builds it even where it is there, of the same inputs. */
  rebuild?: boolean;
}

/** How an image is made. */
export interface Recipe {
  /** One sentence for people. */
  summary: string;
  build(scope: Scope, options: RecipeOptions): Promise<Image>;
}
