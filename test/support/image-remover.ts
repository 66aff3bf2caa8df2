/** A thread that removes the image `tiny` each time it is told to, by the same steps as `vm image rm`. */
import { parentPort, workerData } from 'node:worker_threads';
import { checkUnused } from '../../src/image/replace.ts';
import { removeImage } from '../../src/image/store.ts';
import { usersOf } from '../../src/machine/image-users.ts';

const { directory, turn } = workerData as { directory: string; turn: SharedArrayBuffer };
const shared = new Int32Array(turn);
const home = { directory, cache: directory, config: {}, env: {} };

parentPort?.on('message', async (delay: number) => {
  Atomics.add(shared, 0, 1);
  while (Atomics.load(shared, 0) < 2); // both begin at once
  for (let spin = 0; spin < delay; spin++) Atomics.load(shared, 0);
  const removed = await removeImage(directory, 'tiny', () => checkUnused('tiny', usersOf(home))).then(
    () => true,
    () => false,
  );
  parentPort?.postMessage(removed);
});
