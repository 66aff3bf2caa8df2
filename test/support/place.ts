import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Every directory that a test of this run makes lies in here: whatever still works in one when a suite ends is a
 * leak. vitest.config.ts names it, so that two runs at once do not take each other's machines for their own.
 */
export const testRoot = process.env.VIVARIUM_TEST_ROOT ?? join(tmpdir(), 'vivarium-test');

/** What is built once for all suites: the tiny image. */
export const sharedHome = join(
  process.env.XDG_CACHE_HOME || join(process.env.HOME || '/root', '.cache'),
  'vivarium/test-home',
);

mkdirSync(testRoot, { recursive: true });
