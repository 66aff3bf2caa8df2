/** Milliseconds between two looks: at first, and at most. Looking takes CPU from whom it waits for. */
const [shortest, longest] = [20, 150];

/** Looks again and again, less often as time goes by, until it sees something; fails with what `awaited` says. */
export async function eventually<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  awaited: string | (() => string),
  patience = 60_000,
): Promise<T> {
  for (const begun = performance.now(); ; ) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    const passed = performance.now() - begun;
    if (passed > patience)
      throw new Error(`waited in vain for ${typeof awaited === 'string' ? awaited : awaited()}`);
    await new Promise((resolve) => setTimeout(resolve, Math.min(Math.max(passed / 10, shortest), longest)));
  }
}
