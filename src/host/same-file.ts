import { statSync } from 'node:fs';

/** Whether two paths lead to one file, be it by two names; not where nothing is there. */
export function isSameFile(one: string, other: string): boolean {
  const [here, there] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
  return here !== undefined && there !== undefined && here.ino === there.ino && here.dev === there.dev;
}
