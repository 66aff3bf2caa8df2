import { crc32, deflateSync } from 'node:zlib';

/** An RGB picture, 3 bytes a pixel, row by row. */
export interface Pixels {
  width: number;
  height: number;
  rgb: Uint8Array;
}

/** Reads a binary PPM as QEMU's screendump writes it: `P6`, width, height, 255, pixels. */
export function parsePpm(bytes: Uint8Array): Pixels | undefined {
  const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(Buffer.from(bytes.subarray(0, 64)).toString('latin1'));
  if (!head) return undefined;
  const [width, height] = [Number(head[1]), Number(head[2])];
  const rgb = bytes.subarray(head[0].length);
  return rgb.length === width * height * 3 ? { width, height, rgb } : undefined;
}

/** The picture as PNG. */
export const encodePng = ({ width, height, rgb }: Pixels): Buffer => encode(width, height, rgb, 'rgb');

/** A picture of 4 bytes a pixel, the last its opacity, as PNG. */
export const encodeClearPng = (width: number, height: number, rgba: Uint8Array): Buffer =>
  encode(width, height, rgba, 'rgba');

/** Bytes of a pixel, and what the header calls them. */
const kinds = { rgb: [3, 2], rgba: [4, 6] } as const;

/** 8 bits a colour, no filter (W3C PNG specification, 11.2). */
function encode(width: number, height: number, pixels: Uint8Array, kind: keyof typeof kinds): Buffer {
  const [bytes, type] = kinds[kind];
  const line = width * bytes;
  const rows = Buffer.alloc((line + 1) * height);
  for (let row = 0; row < height; row++)
    rows.set(pixels.subarray(row * line, (row + 1) * line), row * (line + 1) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, type, 0, 0, 0], 8); // bit depth, kind, deflate, adaptive filters, not interlaced
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(named.length + 8);
  out.writeUInt32BE(data.length, 0);
  out.set(named, 4);
  out.writeUInt32BE(crc32(named), named.length + 4);
  return out;
}
