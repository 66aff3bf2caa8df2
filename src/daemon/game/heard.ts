import type { GameNews } from '../../protocol/game.ts';
import type { Piece, Source, Stamps } from './stamped.ts';

/** Bytes that are kept for one who does not read. */
const most = 65_536;

/** Letters of a piece: what comes is added to the last one as long as nobody was told of it. */
const longest = 8192;

/** Something that was printed; when it is lost, its bytes are counted. */
interface Part {
  text: string;
  bytes: number;
  lost: number;
}

/**
 * What a console prints, for one who hears it. What is no UTF-8 is U+FFFD; NUL, which terminals pass over, is left out.
 * A text may end in the midst of an escape sequence, and not in the midst of a character.
 */
export class Heard implements Source<Part> {
  readonly #machine: string;
  readonly #stamps: Stamps;
  /** The oldest first. Those that were lost stand before those that were not. */
  #parts: (Part & { stamp: number })[] = [];
  #kept = 0;
  #decoder = new TextDecoder();

  constructor(machine: string, stamps: Stamps) {
    this.#machine = machine;
    this.#stamps = stamps;
  }

  /** Another line begins: a character that was begun is none of its. */
  begin(): void {
    this.#decoder = new TextDecoder();
  }

  append(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; from += longest) {
      const text = this.#decoder.decode(bytes.subarray(from, from + longest), { stream: true });
      this.#add(text.replaceAll('\0', ''));
    }
    this.#stamps.changed();
  }

  pieces(after: number): Piece<Part>[] {
    return this.#parts
      .filter(({ stamp }) => stamp > after)
      .map(({ stamp, ...item }) => ({
        stamp,
        size: 80 + Buffer.byteLength(JSON.stringify(item.text)),
        item,
      }));
  }

  tell(parts: Part[]): GameNews[] {
    const lost = parts.reduce((sum, part) => sum + part.lost, 0);
    const text = parts.map((part) => part.text).join('');
    return [{ kind: 'output', machine: this.#machine, text, ...(lost > 0 && { lost }) }];
  }

  forget(told: number): void {
    this.#parts = this.#parts.filter(({ stamp }) => stamp > told);
    this.#kept = this.#parts.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #add(text: string): void {
    if (text === '') return;
    const bytes = Buffer.byteLength(text);
    const last = this.#parts.at(-1);
    if (last && last.stamp > this.#stamps.told && last.lost === 0 && last.bytes + bytes <= longest) {
      last.text += text;
      last.bytes += bytes;
    } else this.#parts.push({ stamp: this.#stamps.next(), text, bytes, lost: 0 });
    this.#kept += bytes;
    while (this.#kept > most) this.#loseOne();
  }

  #loseOne(): void {
    const index = this.#parts.findIndex(({ bytes }) => bytes > 0);
    const part = this.#parts[index];
    if (!part) return;
    this.#kept -= part.bytes;
    Object.assign(part, { text: '', bytes: 0, lost: part.lost + part.bytes });
    const before = this.#parts[index - 1];
    if (!before || before.stamp <= this.#stamps.told) return;
    before.lost += part.lost; // nobody was told of either: they may be one
    this.#parts.splice(index, 1);
  }
}
