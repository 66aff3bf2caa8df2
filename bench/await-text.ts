/** Milliseconds until a guest that has not come up counts as dead. */
const patience = 300_000;

/** Milliseconds between two looks: the most by which an instant is seen late. */
const interval = 1;

/**
 * Looks every millisecond at what is new, until a text has come.
 * @param news what has been written since the last call
 * @param alive whether more may come
 * @returns the instant at which it was seen, as performance.now() has it
 */
export async function awaitText(
  text: string,
  news: () => string,
  alive: () => boolean,
  signal: AbortSignal,
): Promise<number> {
  let seen = '';
  for (const end = performance.now() + patience; ; ) {
    const wasAlive = alive();
    const more = news();
    seen += more;
    if (more !== '' && seen.includes(text)) return performance.now();
    signal.throwIfAborted();
    if (performance.now() > end || !wasAlive) {
      throw new Error(`waited in vain for ${JSON.stringify(text)}; there came:\n${seen.slice(-2000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}
