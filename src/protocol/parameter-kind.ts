import type * as z from 'zod/mini';

/** What a parameter takes, as far as those must know who are given text: a command line, a query. */
export function kindOf(schema: z.ZodMiniType): 'boolean' | 'number' | 'list' | 'json' | 'text' {
  const def = schema._zod.def as unknown as { type: string; innerType?: z.ZodMiniType };
  if (def.type === 'optional' || def.type === 'default') return kindOf(def.innerType as z.ZodMiniType);
  if (def.type === 'array') return 'list';
  if (def.type === 'record') return 'json';
  if (def.type === 'custom') return 'boolean'; // bytes: they come from standard input where it is given
  return def.type === 'boolean' || def.type === 'number' ? def.type : 'text';
}
