import { answerSize, type GameNews, type GameTold } from '../../protocol/game.ts';

/** Numbers the changes of a session: each later one has a greater stamp, and no two have the same. */
export class Stamps {
  #last = 0;
  /** The greatest that an answer has told, which may not have arrived. */
  told = 0;
  readonly #changed: () => void;

  /** @param changed is called when there may be news */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get last(): number {
    return this.#last;
  }

  next(): number {
    return ++this.#last;
  }

  /** There may be news, stamped by now or when they are asked for. */
  changed(): void {
    this.#changed();
  }
}

/** A change that can be told: `size` bytes as JSON, about. */
export interface Piece<Item> {
  stamp: number;
  size: number;
  item: Item;
}

/** Something that has news. */
export interface Source<Item = unknown> {
  /** What has a stamp greater than `after`, in any order. */
  pieces(after: number): Piece<Item>[];
  /** Some of these pieces as news. */
  tell(items: Item[]): GameNews[];
  /** What has a stamp up to `told` has arrived. */
  forget(told: number): void;
}

/**
 * The news after a cursor, the oldest first, as far as they fit an answer, and the cursor behind them. Of what there is
 * more, all that the cursor does not cover is told by the next.
 */
export function newsAfter(after: number, sources: Iterable<Source>, stamps: Stamps): GameTold {
  const all = [...sources]
    .flatMap((source) => source.pieces(after).map((piece) => ({ ...piece, source })))
    .sort((one, other) => one.stamp - other.stamp);
  let size = 0;
  const fitting = all.findIndex((piece, index) => {
    size += piece.size;
    return size > answerSize && index > 0;
  });
  const taken = fitting < 0 ? all : all.slice(0, fitting);
  const bySource = Map.groupBy(taken, ({ source }) => source);
  const cursor = fitting < 0 ? stamps.last : (all[fitting]?.stamp ?? 0) - 1;
  stamps.told = Math.max(stamps.told, cursor);
  return {
    cursor,
    news: [...bySource].flatMap(([source, pieces]) => source.tell(pieces.map(({ item }) => item))),
  };
}
