/**
 * Steps that take back what was done so far, last first. Declared with `await using`, it runs them when its
 * block is left by an error or an abort; `keep()` at the end of the block keeps what was done. A step that fails
 * does not keep the others from running; its error is thrown when all have.
 */
export class Undo implements AsyncDisposable {
  #steps: (() => unknown)[] = [];

  /** Registers how to take back the step about to be done. A step must bear being run when half done. */
  push(step: () => unknown): void {
    this.#steps.push(step);
  }

  keep(): void {
    this.#steps = [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
