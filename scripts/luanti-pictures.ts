/** Makes the pictures of the game in docs/pictures: a real server, a real client, a real computer. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePng, type Pixels } from '../src/qemu/png.ts';
import { inked, sitDown } from '../test/support/at-computer.ts';

const pictures = join(import.meta.dirname, '../docs/pictures');
const mod = join(import.meta.dirname, '../luanti/vivarium');

mkdirSync(pictures, { recursive: true });
await using at = await sitDown();
await at.types('clear', ':~#');
const cleared = await at.picture((now) => inked(now) < 600);
await at.types(
  "uname -a; ls --color=always -l / | tail -12; printf '\\033[1;32mserved\\033[0m by vmd\\n'",
  'GNU/Linux',
);
let drawn = inked(cleared);
// Until all of it is there: what comes is drawn in several pictures.
const picture = await at.picture((now) => {
  const before = drawn;
  drawn = inked(now);
  return drawn > inked(cleared) + 3000 && drawn === before;
});
writeFileSync(join(pictures, 'luanti-uname.png'), encodePng(picture));
// What shows a mod in Luanti's menu and on ContentDB: three wide, two high.
writeFileSync(join(mod, 'screenshot.png'), encodePng(leftOf(picture, picture.height * 1.5)));

function leftOf({ width, height, rgb }: Pixels, columns: number): Pixels {
  const kept = Buffer.alloc(columns * height * 3);
  for (let row = 0; row < height; row++)
    kept.set(rgb.subarray(row * width * 3, (row * width + columns) * 3), row * columns * 3);
  return { width: columns, height, rgb: kept };
}
