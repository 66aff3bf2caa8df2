import type { Pixels } from '../../src/qemu/png.ts';

/**
 * Reads an X window dump of a true-colour screen (X11/XWDFile.h): a head of big-endian words, the colours of its map, 12
 * bytes each, and pixels of four bytes, blue first.
 */
export function parseXwd(bytes: Buffer): Pixels {
  const word = (index: number) => bytes.readUInt32BE(index * 4);
  const [head, width, height, bits, stride, colours] = [
    word(0),
    word(4),
    word(5),
    word(11),
    word(12),
    word(19),
  ];
  if (bits !== 32) throw new Error(`a dump of ${bits} bits a pixel`);
  const rgb = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    let from = head + colours * 12 + y * stride;
    for (let to = y * width * 3; to < (y + 1) * width * 3; to += 3, from += 4) {
      rgb[to] = bytes[from + 2] as number;
      rgb[to + 1] = bytes[from + 1] as number;
      rgb[to + 2] = bytes[from] as number;
    }
  }
  return { width, height, rgb };
}
