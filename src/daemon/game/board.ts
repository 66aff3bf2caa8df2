import type { GameNews } from '../../protocol/game.ts';
import type { Piece, Source, Stamps } from './stamped.ts';

/** News of which only the newest of each thing counts. They are kept until they have arrived. */
export class Board implements Source<GameNews> {
  readonly #stamps: Stamps;
  readonly #waiting = new Map<string, Piece<GameNews>>();

  constructor(stamps: Stamps) {
    this.#stamps = stamps;
  }

  /** @param about what a later one makes void; null takes back what was not told yet */
  put(about: string, news: GameNews | null): void {
    this.#waiting.delete(about);
    if (!news) return;
    const size = Buffer.byteLength(JSON.stringify(news));
    this.#waiting.set(about, { stamp: this.#stamps.next(), size, item: news });
    this.#stamps.changed();
  }

  /** How many of a kind wait. */
  count(kind: GameNews['kind']): number {
    return [...this.#waiting.values()].filter(({ item }) => item.kind === kind).length;
  }

  pieces(after: number): Piece<GameNews>[] {
    return [...this.#waiting.values()].filter(({ stamp }) => stamp > after);
  }

  tell(items: GameNews[]): GameNews[] {
    return items;
  }

  forget(told: number): void {
    for (const [about, { stamp }] of this.#waiting) if (stamp <= told) this.#waiting.delete(about);
  }
}
