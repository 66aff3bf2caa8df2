import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Found } from '../../src/machine/import/said.ts';

/** A file as another program has written it. */
export function fixture(name: string): string {
  return readFileSync(join(import.meta.dirname, '../fixtures/import', name), 'utf8');
}

/** What a source gives to a machine: the values of each key, in their order. */
export function partsOf({ said }: Found): Record<string, unknown[]> {
  const parts: Record<string, unknown[]> = {};
  for (const one of said) {
    if ('key' in one) parts[one.key] = [...(parts[one.key] ?? []), one.value];
  }
  return parts;
}

/** What is not taken over, as `LINE WHAT: WHY`. */
export function leftOf({ said }: Found): string[] {
  return said.flatMap((one) => ('why' in one ? `${one.line ?? '-'} ${one.what}: ${one.why}` : []));
}
