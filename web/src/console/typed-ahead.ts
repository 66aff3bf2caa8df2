/** Milliseconds for which a key is worth anything: who has waited longer for an answer no longer means it. */
const fresh = 5000;

/** Bytes that are kept at most: a hand types no more in that time. */
const most = 1024;

/** What is typed while a console is being joined, to be sent when it is. */
export class TypedAhead {
  #keys: { bytes: Uint8Array; at: number }[] = [];

  /** @param at milliseconds since some fixed moment */
  keep(bytes: Uint8Array, at: number): void {
    const kept = this.#keys.reduce((sum, key) => sum + key.bytes.length, 0);
    if (kept + bytes.length <= most) this.#keys.push({ bytes, at });
  }

  /** All that is still meant, in order; none of it is given twice. */
  take(now: number): Uint8Array {
    const meant = this.#keys.filter(({ at }) => now - at <= fresh);
    this.#keys = [];
    return Uint8Array.from(meant.flatMap(({ bytes }) => [...bytes]));
  }
}
