/** Looks again and again until it sees something; fails with what `awaited` says. */
export async function eventually<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  awaited: string | (() => string),
  patience = 60_000,
): Promise<T> {
  for (const end = performance.now() + patience; ; ) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > end)
      throw new Error(`waited in vain for ${typeof awaited === 'string' ? awaited : awaited()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
