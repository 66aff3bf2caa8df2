import { textOf } from './byte-name.ts';
import type { Excluded } from './scan.ts';

/**
 * Patterns in the simple form of gitignore(5): `*.o` and `name` match at any depth, `path/below` and `/name` from
 * the tree's root on, `dir/` only directories; `*` and `?` stop at a slash, `**` does not, `[abc]` is one of these.
 */
export function excluding(patterns: readonly string[]): Excluded {
  const rules = patterns.map(ruleOf);
  return (path, directory) => {
    const { text } = textOf(path);
    return rules.some(
      ({ expression, onlyDirectories }) => (directory || !onlyDirectories) && expression.test(text),
    );
  };
}

function ruleOf(pattern: string): { expression: RegExp; onlyDirectories: boolean } {
  const onlyDirectories = pattern.endsWith('/');
  const bare = pattern.replace(/^\.\//, '/').replace(/\/+$/, '');
  const anchored = bare.includes('/');
  const source = expressionOf(bare.replace(/^\//, ''));
  return { expression: new RegExp(anchored ? `^${source}$` : `(?:^|/)${source}$`, 'su'), onlyDirectories };
}

const parts = /\*\*\/|\/\*\*$|\*\*|\*|\?|\[(!?)((?:\]|[^\]])[^\]]*)\]|\\(.)|./gsu;

function expressionOf(pattern: string): string {
  return pattern.replace(
    parts,
    (part, not: string | undefined, set: string | undefined, escaped?: string) => {
      if (part === '**/') return '(?:.*/)?';
      if (part === '/**') return '/.*';
      if (part === '**') return '.*';
      if (part === '*') return '[^/]*';
      if (part === '?') return '[^/]';
      if (set !== undefined) return `[${not ? '^/' : ''}${set.replace(/[\\\]^&|[]/g, '\\$&')}]`;
      return literal(escaped ?? part);
    },
  );
}

const literal = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}/]/g, '\\$&');

/** A pattern that only the path itself matches. */
export const literally = (path: string): string => path.replaceAll(/[*?[\]\\]/g, '\\$&');
