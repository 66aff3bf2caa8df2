/** The calls that are under way, by who called and the name that the caller gave: so that each can be given up. */
export class Calls {
  readonly #underWay = new Map<string, AbortController>();

  /** @param name of the caller's choosing; undefined: it can only be given up by leaving */
  begin(who: string, name: string | undefined): { signal: AbortSignal; abort(): void; end(): void } {
    const controller = new AbortController();
    const key = name === undefined ? undefined : keyOf(who, name);
    if (key !== undefined) this.#underWay.set(key, controller);
    return {
      signal: controller.signal,
      abort: () => controller.abort(),
      end: () => {
        if (key !== undefined && this.#underWay.get(key) === controller) this.#underWay.delete(key);
      },
    };
  }

  /** @returns whether there is such a call */
  abort(who: string, name: string): boolean {
    const found = this.#underWay.get(keyOf(who, name));
    found?.abort();
    return found !== undefined;
  }
}

const keyOf = (who: string, name: string): string => `${who}\n${name}`;
