import type { FileBytes } from '../../host/file-bytes.ts';

type Maybe<Value> = Value | Promise<Value>;

/** Bytes that are read one after the other. */
export interface ByteReader {
  /** Of the next byte. */
  readonly position: number;
  /** The next bytes, valid until the next call; fewer than `length` at the end. */
  take(length: number): Maybe<Buffer>;
  /** Passes over bytes. @returns how many there were */
  skip(length: number): Maybe<number>;
  /** Passes over zeros. @returns the byte behind them, which is still to be read; undefined at the end */
  skipZeros(): Maybe<number | undefined>;
}

/** A file from a byte on, of which no more is read than what is asked for. */
export interface FileReader extends ByteReader {
  take(length: number): Buffer;
  skip(length: number): number;
  skipZeros(): number | undefined;
  /** Goes back, to read again. */
  back(length: number): void;
}

/** Bytes that are read at least. */
const page = 4096;

export function fileReader(bytes: FileBytes, from: number): FileReader {
  let position = from;
  let window: Buffer = Buffer.alloc(0);
  let start = from;
  /** What follows, `length` bytes or more where there are so many. */
  const following = (length: number): Buffer => {
    if (position + length > start + window.length || position < start) {
      start = position;
      window = bytes.at(position, Math.max(length, page));
    }
    return window.subarray(position - start);
  };
  return {
    get position() {
      return position;
    },
    take: (length) => {
      const taken = following(length).subarray(0, length);
      position += taken.length;
      return taken;
    },
    skip: (length) => {
      const passed = Math.max(0, Math.min(length, bytes.size - position));
      position += passed;
      return passed;
    },
    skipZeros: () => {
      for (;;) {
        const next = following(1);
        if (next.length === 0) return undefined;
        const zeros = zerosIn(next);
        position += zeros;
        if (zeros < next.length) return next[zeros];
      }
    },
    back: (length) => {
      position -= length;
    },
  };
}

/** What comes in pieces. */
export function streamReader(stream: AsyncIterable<Buffer>): ByteReader {
  const chunks = stream[Symbol.asyncIterator]();
  let chunk: Buffer = Buffer.alloc(0);
  let position = 0;
  /** @returns whether there was one more */
  const next = async (): Promise<boolean> => {
    const { done, value } = await chunks.next();
    if (!done) chunk = value;
    return !done;
  };
  const cut = (length: number): Buffer => {
    const part = chunk.subarray(0, length);
    chunk = chunk.subarray(part.length);
    position += part.length;
    return part;
  };
  /** Cuts off `length` bytes piece by piece. @returns how many there were */
  const each = async (length: number, told: (part: Buffer) => void): Promise<number> => {
    let left = length;
    do {
      const part = cut(left);
      left -= part.length;
      told(part);
    } while (left > 0 && (await next()));
    return length - left;
  };
  return {
    get position() {
      return position;
    },
    take: (length) => {
      if (chunk.length >= length) return cut(length);
      const parts: Buffer[] = [];
      return each(length, (part) => parts.push(part)).then(() => Buffer.concat(parts));
    },
    skip: (length) => (chunk.length >= length ? cut(length).length : each(length, () => {})),
    skipZeros: async () => {
      do {
        cut(zerosIn(chunk));
        if (chunk.length > 0) return chunk[0];
      } while (await next());
      return undefined;
    },
  };
}

function zerosIn(bytes: Buffer): number {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? bytes.length : first;
}
