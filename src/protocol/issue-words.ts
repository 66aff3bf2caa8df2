import type * as z from 'zod/mini';

const kinds: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/**
 * What is wrong in words that follow the name of it: `must be at least 1`. Undefined where there are none: of what is
 * missing, too.
 */
export function issueWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input !== undefined && Object.hasOwn(kinds, issue.expected)
        ? `must be ${kinds[issue.expected]}`
        : undefined;
    case 'too_small':
      return bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
    case 'too_big':
      return bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
    default:
      return undefined;
  }
}

function bound(origin: string, than: string, limit: unknown): string {
  if (origin === 'string') return `must have ${than} ${limit} letters`;
  return origin === 'array' ? `must have ${than} ${limit} entries` : `must be ${than} ${limit}`;
}
