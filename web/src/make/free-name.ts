/** A name that no machine has: the one given, or with the first number behind it that is free. */
export function freeName(wanted: string, taken: readonly string[]): string {
  const base =
    wanted
      .replaceAll(/[^A-Za-z0-9._+-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 60) || 'machine';
  if (!taken.includes(base)) return base;
  for (let number = 2; ; number++) {
    const name = `${base}-${number}`;
    if (!taken.includes(name)) return name;
  }
}
