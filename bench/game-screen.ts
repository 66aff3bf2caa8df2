import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './bench.ts';
import type { Benchmark, Size } from './benchmark.ts';
import { spreadOf } from './spread.ts';

/** Bytes of one screen's formspec where each cell is an image of its own, as it was measured of Virt. */
const imagePerCell = { ls: 49_000, htop: 92_000, cells: 208_000 };

const called = { ls: 'ls', htop: 'htop', cells: 'every cell different' };

interface Sent {
  hud: number;
  key: number;
  labels: number;
}

export const gameScreen: Benchmark = {
  name: 'game-screen',
  how:
    'Bytes that a client of Luanti is sent for a screen of 80 columns and 24 rows, of recorded output: of the texts of ' +
    'its HUD with 40 bytes for each element besides, and of the formspec of `virt.make_terminal`. The bar is half of ' +
    'what an image for each cell takes.',
  measure: async () => {
    const fixtures = join(root, 'test/fixtures/console');
    const script = join(root, 'bench/game-screen.lua');
    const output = execFileSync('luajit', [script, fixtures], { cwd: root, encoding: 'utf8' });
    const sent = JSON.parse(output) as Record<keyof typeof called, Sent>;
    return (['ls', 'htop', 'cells'] as const).flatMap((screen): Size[] => {
      const [what, bar] = [called[screen], imagePerCell[screen] / 2];
      const { hud, key, labels } = sent[screen];
      return [
        { kind: 'size', what: `${what}, HUD`, bytes: spreadOf([hud]), bar },
        { kind: 'size', what: `${what}, HUD, one character of it`, bytes: spreadOf([key]), bar },
        { kind: 'size', what: `${what}, formspec`, bytes: spreadOf([labels]), bar },
      ];
    });
  },
};
