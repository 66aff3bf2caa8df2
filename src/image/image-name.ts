import { basename } from 'node:path';
import { nameFrom } from '../base/names.ts';

const endings = /\.(qcow2|img|raw|vmdk|vdi|vhdx?|vpc|iso|ova|tar|tgz|txz|xz|gz|zst|bz2|zip)$/i;

/** The name for an image that is made of a file: the file's own without its endings, made valid. */
export function nameFor(file: string): string {
  let stem = basename(file);
  while (endings.test(stem)) stem = stem.replace(endings, '');
  return nameFrom(stem)?.replace(/[-.]+$/, '') || 'image';
}
