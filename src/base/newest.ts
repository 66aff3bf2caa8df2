/**
 * What waits to be read, of each key the newest: a reader that is slow misses what was overtaken, and costs no more
 * memory than there are keys.
 */
export class Newest<Value> {
  readonly #waiting = new Map<string, Value>();
  #wake = () => {};
  #taken = () => {};
  #over = false;

  get size(): number {
    return this.#waiting.size;
  }

  put(key: string, value: Value): void {
    this.#waiting.delete(key); // what has changed again is news again: it goes to the end
    this.#waiting.set(key, value);
    this.#wake();
  }

  clear(): void {
    this.#waiting.clear();
  }

  /** Waits until all has been read, or nobody reads any more. For one who waits. */
  async taken(): Promise<void> {
    if (this.size === 0 || this.#over) return;
    await new Promise<void>((resolve) => {
      this.#taken = resolve;
    });
  }

  /** What is put, as it comes, until the signal aborts. For one reader. */
  async *read(signal: AbortSignal): AsyncGenerator<Value> {
    const abort = () => this.#wake();
    signal.addEventListener('abort', abort);
    try {
      while (!signal.aborted) {
        const [first] = this.#waiting;
        if (first) {
          this.#waiting.delete(first[0]);
          yield first[1];
          continue;
        }
        this.#taken();
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      signal.removeEventListener('abort', abort);
      this.#over = true;
      this.#taken();
    }
  }
}
