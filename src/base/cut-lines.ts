import { printable } from './printable.ts';

/** Characters of a line that are looked at: the last ones of one that is longer. */
const longest = 4096;

/**
 * Cuts what somebody says into lines, as it comes. Each call returns those that are new, `printable`; the last one is
 * still being written, and comes again as the first of the next call.
 */
export function cutLines(): (text: string) => string[] {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = (lines.at(-1) ?? '').slice(-longest);
    return lines.map((line) => printable(line.slice(-longest)));
  };
}
