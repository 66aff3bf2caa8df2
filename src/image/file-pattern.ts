import { highest } from '../base/versions.ts';

/** What `*` stands for: a version such as 3.22.1 or 43-1.6, and no word. */
const version = '([0-9][0-9.-]*)';

/** Whether a pattern of the catalogue is one, or a name as it stands. */
export const isPattern = (pattern: string): boolean => pattern.includes('*');

export function matchesPattern(pattern: string, name: string): boolean {
  return expression(pattern).test(name);
}

/** Of the names that match, the one with the highest version; undefined where none does. */
export function newest(pattern: string, names: Iterable<string>): string | undefined {
  return highest([...names].filter((name) => matchesPattern(pattern, name)));
}

function expression(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join(version)}$`);
}
