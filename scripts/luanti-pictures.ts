/** Makes the pictures of the game in docs/pictures: a real server, a real client, a real computer. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePng } from '../src/qemu/png.ts';
import { inked, sitDown } from '../test/support/at-computer.ts';

const pictures = join(import.meta.dirname, '../docs/pictures');

mkdirSync(pictures, { recursive: true });
await using at = await sitDown();
await at.types(
  'clear; uname -a; ls --color=always -l / | head -12; printf "\\033[1;32m%s\\033[0m\\n" served',
  'served',
);
const picture = await at.picture((now) => inked(now) > 3000);
writeFileSync(join(pictures, 'luanti-uname.png'), encodePng(picture));
