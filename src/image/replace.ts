import { VivariumError } from '../base/errors.ts';
import { findImage } from './store.ts';

/** Who uses an image: the names of machines. */
export type UsersOf = (image: string) => string[];

/** Which image may give its name to a new one. */
export interface Replaceable {
  /** The part of its source by which a newer one of the same thing is told; any will do where this is not said. */
  origin?: Record<string, string>;
  usersOf: UsersOf;
}

/**
 * Whether a new image may take the name: where there is none, or one of the same origin or a broken one, which nobody
 * uses. What lies above a disk in an overlay means nothing above another one; a kernel can be replaced at any time.
 * @returns to be called again when the old image is out of its place: a machine may have been made meanwhile
 * @throws `image-exists`, `image-in-use`, `name-invalid`
 */
export function checkReplaceable(
  vmdir: string,
  name: string,
  { origin = {}, usersOf }: Replaceable,
): () => void {
  const image = findImage(vmdir, name);
  if (image === undefined) return () => {};
  const same = image === 'broken' || Object.entries(origin).every(([key, it]) => image.source[key] === it);
  if (!same) throw new VivariumError('image-exists', { name });
  if (image !== 'broken' && image.kind === 'kernel') return () => {};
  const check = () => checkUnused(name, usersOf, 'Or take another name for the new one: --name');
  check();
  return check;
}

/** @throws `image-in-use` */
export function checkUnused(name: string, usersOf: UsersOf, advice?: string): void {
  const by = usersOf(name);
  if (by.length > 0) throw new VivariumError('image-in-use', { name, by, ...(advice && { advice }) });
}
