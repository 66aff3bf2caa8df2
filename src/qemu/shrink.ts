import type { Pixels } from './png.ts';

/**
 * The picture at most `width` pixels wide, its shape kept: each pixel is the mean of those whose place it takes (a box
 * filter). One that is small enough stays as it is.
 */
export function shrink(pixels: Pixels, width: number): Pixels {
  if (pixels.width <= width) return pixels;
  const height = Math.max(1, Math.round((pixels.height * width) / pixels.width));
  const [columns, rows] = [edges(pixels.width, width), edges(pixels.height, height)];
  const rgb = new Uint8Array(width * height * 3);
  const sums = new Uint32Array(width * 3);
  for (let row = 0; row < height; row++) {
    const [top, bottom] = [rows[row] as number, rows[row + 1] as number];
    sums.fill(0);
    for (let y = top; y < bottom; y++) addRow(pixels, y, columns, sums);
    for (let column = 0; column < width; column++) {
      const count = (bottom - top) * ((columns[column + 1] as number) - (columns[column] as number));
      for (let colour = 0; colour < 3; colour++) {
        const at = column * 3 + colour;
        rgb[row * width * 3 + at] = (sums[at] as number) / count + 0.5;
      }
    }
  }
  return { width, height, rgb };
}

/** Where each of `to` equal parts of `from` pixels begins, and the end. */
function edges(from: number, to: number): Uint32Array {
  return Uint32Array.from({ length: to + 1 }, (_, part) => Math.round((part * from) / to));
}

/** Adds a row's colours to the sums of the columns that they fall in. */
function addRow({ width, rgb }: Pixels, row: number, columns: Uint32Array, sums: Uint32Array): void {
  let at = row * width * 3;
  for (let column = 0; column < columns.length - 1; column++) {
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let left = (columns[column + 1] as number) - (columns[column] as number); left > 0; left--) {
      red += rgb[at++] as number;
      green += rgb[at++] as number;
      blue += rgb[at++] as number;
    }
    sums[column * 3] = (sums[column * 3] as number) + red;
    sums[column * 3 + 1] = (sums[column * 3 + 1] as number) + green;
    sums[column * 3 + 2] = (sums[column * 3 + 2] as number) + blue;
  }
}
