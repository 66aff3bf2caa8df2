import { readFileSync } from 'node:fs';
import { errnoOf } from '../base/errors.ts';
import { writeFileAtomic } from '../host/atomic-file.ts';
import type { Home } from '../machine/home.ts';
import { serviceFile } from '../machine/service-files.ts';

/** When tokens were last used, by their ids, as ISO 8601. What cannot be read counts as never. */
export function lastUses(home: Home): Record<string, string> {
  try {
    const read: unknown = JSON.parse(readFileSync(serviceFile(home, 'tokenUses'), 'utf8'));
    const entries = Object.entries(read ?? {}).filter(([, at]) => typeof at === 'string');
    return Object.fromEntries(entries);
  } catch (error) {
    if (errnoOf(error) === undefined && !(error instanceof SyntaxError)) throw error;
    return {};
  }
}

/** Milliseconds between two times that are written down of one token. */
const seldom = 60_000;

/** Writes down when tokens are used: seldom, by one process, and apart from the tokens, which no use may endanger. */
export class LastUse {
  readonly #home: Home;
  readonly #written = new Map<string, number>();

  constructor(home: Home) {
    this.#home = home;
  }

  /** @param ids of the tokens that there are: of others nothing is kept */
  note(id: string, ids: readonly string[], now = Date.now()): void {
    if (now - (this.#written.get(id) ?? 0) < seldom) return;
    this.#written.set(id, now);
    const uses = { ...lastUses(this.#home), [id]: new Date(now).toISOString() };
    const kept = Object.fromEntries(Object.entries(uses).filter(([it]) => ids.includes(it)));
    try {
      writeFileAtomic(serviceFile(this.#home, 'tokenUses'), `${JSON.stringify(kept)}\n`, {
        mode: 0o600,
        durable: false,
      });
    } catch {
      // A full disk, say: a time that nobody learns is no reason to refuse who came with a good token.
    }
  }
}
