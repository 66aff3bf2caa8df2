import type { Scope } from '../base/scope.ts';

/** Milliseconds between two reports. */
const interval = 200;

/** The same bytes, and how many of how many have passed as a step of the scope. */
export async function* counted(
  scope: Scope,
  text: string,
  of: number,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let done = 0;
  let told = Number.NEGATIVE_INFINITY;
  for await (const chunk of bytes) {
    if (performance.now() - told > interval) {
      scope.step(text, { done: Math.min(done, of), of });
      told = performance.now();
    }
    done += chunk.length;
    yield chunk;
  }
  scope.step(text, { done: of, of });
}
