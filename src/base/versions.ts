/** Of names that differ in their version, the one with the highest. */
export function highest(names: readonly string[]): string | undefined {
  return names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
}
