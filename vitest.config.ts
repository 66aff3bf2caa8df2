import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { DearestFirst } from './test/dearest-first.ts';

process.env.VIVARIUM_TEST_ROOT ??= join(tmpdir(), `vivarium-test-${process.pid}`);

/** @param workers files at once; a guest takes most of a CPU */
const layer = (name: string, include: string | string[], timeout: number, workers = 2) => ({
  test: {
    name,
    include: [include].flat(),
    testTimeout: timeout,
    hookTimeout: timeout,
    maxWorkers: workers,
    fileParallelism: workers > 1,
    // What is pure is imported once for all files.
    isolate: name !== 'unit',
    globalSetup: name === 'unit' ? [] : ['test/nothing-left.ts'],
  },
});

export default defineConfig({
  test: {
    sequence: { sequencer: DearestFirst },
    projects: [
      layer('unit', ['src/**/*.test.ts', 'web/src/**/*.test.ts'], 10_000),
      layer('process', 'test/process/**/*.test.ts', 60_000),
      layer('qemu', 'test/qemu/**/*.test.ts', 180_000),
      layer('cli', 'test/cli/**/*.test.ts', 180_000),
      layer('crash', 'test/crash/**/*.test.ts', 300_000),
      // A browser, a vmd and guests: as much as two cores bear.
      layer('web', 'test/web/**/*.test.ts', 120_000),
      // A game server, a vmd and guests; a client that draws without a graphics card.
      layer('game', 'test/game/**/*.test.ts', 120_000),
      // Builds what the other layers run: not beside them.
      layer('bootstrap', 'test/bootstrap/**/*.test.ts', 300_000, 1),
    ],
  },
});
