/** A place where all wait until the last has come. */
export class Gathering {
  readonly #all = Promise.withResolvers<void>();
  #missing: number;

  constructor(count: number) {
    this.#missing = count;
    this.#all.promise.catch(() => {}); // told to those who wait
  }

  /** Resolves when all have arrived. @throws what another one failed by */
  arrive(): Promise<void> {
    this.#missing--;
    if (this.#missing === 0) this.#all.resolve();
    return this.#all.promise;
  }

  /** One does not come: nobody has to wait for it. */
  fail(error: unknown): void {
    this.#all.reject(error);
  }
}
