import type { Scope } from '../base/scope.ts';
import type { UsersOf } from './replace.ts';
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
  /** A disk that a machine stands on is not replaced; where this is not said, there are no machines. */
  usersOf?: UsersOf;
  /** Of Debian: its release, packages beside the usual ones, and bytes of the disk that a machine gets. */
  release?: string;
  packages?: string[];
  size?: number;
}

/** How an image is made. */
export interface Recipe {
  /** One sentence for people. */
  summary: string;
  build(scope: Scope, options: RecipeOptions): Promise<Image>;
  /** The options that mean nothing to it. */
  without?: readonly (keyof RecipeOptions)[];
}
