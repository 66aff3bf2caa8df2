import { relative } from 'node:path';

/** A path as it is typed from here: without the working directory, where it lies in that. */
export function shortPath(path: string): string {
  const here = relative(process.cwd(), path);
  return here === '' || here.startsWith('..') ? path : here;
}
