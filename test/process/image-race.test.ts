import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { testRoom } from '../support/room.ts';

const room = testRoom();
const rounds = 300;

/** As `make` does: the machine is put in its place, then the image is looked for, and else all is taken back. */
function make(): boolean {
  mkdirSync(room('.draft'));
  writeFileSync(room('.draft/machine.yaml'), 'version: 1\nimage: tiny\n');
  renameSync(room('.draft'), room('m'));
  if (existsSync(room('.images/tiny'))) return true;
  rmSync(room('m'), { recursive: true });
  return false;
}

test('an image that is removed while a machine is made of it: never is the machine there without it', async () => {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL('../support/image-remover.ts', import.meta.url), {
    workerData: { directory: room(), turn: shared.buffer },
  });
  const seen = { made: 0, removed: 0, neither: 0 };
  for (let round = 0; round < rounds; round++) {
    mkdirSync(room('.images/tiny'), { recursive: true });
    Atomics.store(shared, 0, 0);
    // Either is a little late at times, so that all their steps are met by each other's.
    const [late, early] = [(round * 37) % 20_000, (round * 91) % 20_000];
    worker.postMessage(round % 2 === 0 ? late : 0);
    Atomics.add(shared, 0, 1);
    while (Atomics.load(shared, 0) < 2);
    for (let spin = 0; round % 2 === 1 && spin < early; spin++) Atomics.load(shared, 0);
    const made = make();
    const [removed] = await once(worker, 'message');
    expect([made, removed]).not.toEqual([true, true]);
    expect(existsSync(room('.images/tiny'))).toBe(!removed);
    expect(readdirSync(room('.images'))).toEqual(removed ? [] : ['tiny']);
    seen[made ? 'made' : removed ? 'removed' : 'neither']++;
    rmSync(room('m'), { recursive: true, force: true });
  }
  await worker.terminate();
  expect(seen.made).toBeGreaterThan(0);
  expect(seen.removed).toBeGreaterThan(0);
});
