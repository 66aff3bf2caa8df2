import { VivariumError } from './errors.ts';

/** What a name may be: of machines, images, snapshots and templates alike. */
export const namePattern = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,62}$/;

/**
 * The one place where a name is checked before it becomes part of a path.
 * @throws `name-invalid`
 */
export function checkName(what: string, name: string): string {
  if (!namePattern.test(name)) throw new VivariumError('name-invalid', { what, name });
  return name;
}

/** A name made from what somebody else calls a thing, as close to it as may be; undefined where nothing of it remains. */
export function nameFrom(text: string): string | undefined {
  const plain = text.normalize('NFKD').replaceAll(/[\u0300-\u036f]/g, '');
  const name = plain
    .replaceAll(/[^A-Za-z0-9._+-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 63);
  return name.replace(/-+$/, '') || undefined;
}
