// Draws the game mod's textures: `node scripts/textures.ts`. Each is a few rectangles of one colour on a grid of pixels.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeClearPng } from '../src/qemu/png.ts';

const directory = join(import.meta.dirname, '../luanti/vivarium/textures');

/** Left, top, width, height in pixels, and 0xRRGGBBAA. */
type Patch = [x: number, y: number, width: number, height: number, colour: number];

function png(size: number, patches: Patch[]): Buffer {
  const pixels = Buffer.alloc(size * size * 4);
  for (const [left, top, width, height, colour] of patches) {
    for (let y = top; y < top + height; y++) {
      for (let x = left; x < left + width; x++) pixels.writeUInt32BE(colour >>> 0, (y * size + x) * 4);
    }
  }
  return encodeClearPng(size, size, pixels);
}

const shell = 0xb8b4a6ff;
const edge = 0xd2cebfff;
const shade = 0x8c887cff;
const gap = 0x4a4842ff;
const glass = 0x10161aff;

/** The screen is rows 0 to 10, its foot row 11, the case rows 12 to 15, as the block's boxes are. */
const body: Patch[] = [
  [0, 0, 16, 16, shell],
  [0, 0, 16, 1, edge],
  [0, 10, 16, 1, shade],
  [0, 11, 16, 1, gap],
  [0, 12, 16, 1, edge],
  [0, 15, 16, 1, shade],
];

const front = (lamp: number, shown: Patch[]): Patch[] => [
  ...body,
  [2, 1, 12, 9, shade],
  [3, 2, 10, 7, glass],
  ...shown,
  [2, 13, 6, 1, gap],
  [2, 14, 4, 1, shade],
  [12, 13, 2, 1, lamp],
];

const text = 0x7ee08aff;
const amber = 0xf0b040ff;
const white = 0xf2f2f2ff;

const textures: Record<string, [size: number, patches: Patch[]]> = {
  vivarium_computer_front: [16, front(0x3a2a2aff, [])],
  vivarium_computer_front_loading: [
    16,
    front(amber, [
      [5, 5, 1, 1, amber],
      [7, 5, 1, 1, amber],
      [9, 5, 1, 1, amber],
    ]),
  ],
  vivarium_computer_front_on: [
    16,
    front(0x40e060ff, [
      [4, 3, 4, 1, text],
      [9, 3, 2, 1, text],
      [4, 5, 2, 1, 0x6aa8f0ff],
      [7, 5, 4, 1, text],
      [4, 7, 1, 1, text],
      [6, 7, 1, 1, white],
    ]),
  ],
  vivarium_computer_side: [
    16,
    [...body, [4, 3, 1, 5, shade], [6, 3, 1, 5, shade], [8, 3, 1, 5, shade], [3, 13, 8, 1, shade]],
  ],
  vivarium_computer_back: [
    16,
    [
      ...body,
      [4, 3, 8, 1, gap],
      [4, 5, 8, 1, gap],
      [4, 7, 8, 1, gap],
      [2, 13, 3, 2, gap],
      [7, 13, 2, 2, glass],
      [11, 13, 3, 1, 0x4060a0ff],
    ],
  ],
  vivarium_computer_top: [
    16,
    [
      [0, 0, 16, 16, shell],
      [1, 1, 14, 1, edge],
      [4, 6, 8, 1, shade],
      [4, 8, 8, 1, shade],
      [4, 10, 8, 1, shade],
    ],
  ],
  vivarium_ground: [1, [[0, 0, 1, 1, 0x06090cf2]]],
  virt_ui_back: [
    16,
    [
      [2, 7, 12, 2, white],
      [4, 6, 2, 4, white],
      [6, 5, 1, 6, white],
      [7, 4, 1, 8, white],
    ],
  ],
  virt_ui_pause: [
    16,
    [
      [4, 3, 3, 10, white],
      [9, 3, 3, 10, white],
    ],
  ],
  virt_ui_qmp: [
    16,
    [
      ...[4, 10].map((x): Patch => [x, 2, 2, 12, white]),
      ...[2, 7, 12].flatMap((y): Patch[] => [
        [y === 7 ? 2 : 5, y, 2, 2, white],
        [y === 7 ? 12 : 9, y, 2, 2, white],
      ]),
    ],
  ],
  virt_ui_resume: [
    16,
    Array.from(
      { length: 8 },
      (_, step): Patch => [4 + step, 2 + Math.floor(step * 0.75), 1, 12 - 2 * Math.floor(step * 0.75), white],
    ),
  ],
  virt_ui_settings: [
    16,
    [
      ...[3, 7, 11].map((y): Patch => [2, y + 1, 12, 1, white]),
      [4, 3, 3, 3, white],
      [9, 7, 3, 3, white],
      [6, 11, 3, 3, white],
    ],
  ],
  virt_ui_stop: [16, [[3, 3, 10, 10, white]]],
};

for (const [name, [size, patches]] of Object.entries(textures)) {
  writeFileSync(join(directory, `${name}.png`), png(size, patches));
}
