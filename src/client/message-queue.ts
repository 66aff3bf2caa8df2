/** Messages beyond which the sender is asked to wait. */
const many = 64;

/** What came and was not yet read, as an async iterable; `throttle` is told when to wait and when to go on. */
export class MessageQueue<T> implements AsyncIterable<T> {
  #waiting: T[] = [];
  #ended = false;
  #error: unknown;
  #wake = () => {};
  #throttled = false;
  readonly #throttle: (wait: boolean) => void;

  constructor(throttle: (wait: boolean) => void = () => {}) {
    this.#throttle = throttle;
  }

  push(message: T): void {
    if (this.#ended) return;
    this.#waiting.push(message);
    if (!this.#throttled && this.#waiting.length >= many) {
      this.#throttled = true;
      this.#throttle(true);
    }
    this.#wake();
  }

  /** Nothing more comes; who reads is given what is there, and then `error` where there is one. */
  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const batch = this.#waiting;
      this.#waiting = [];
      yield* batch;
      if (this.#throttled && this.#waiting.length === 0) {
        this.#throttled = false;
        this.#throttle(false);
      }
      if (this.#waiting.length > 0) continue;
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
