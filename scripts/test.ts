/** Builds, checks, and runs every layer of tests; the last line counts them: `N passed, N failed`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Layers that are run at once, so that what is left of one is not waited for alone: without guests, with them, and what
 * builds anew that which the others run.
 */
const runs = [['unit', 'process'], ['qemu', 'cli', 'crash', 'web', 'game'], ['bootstrap']];
const results = mkdtempSync(join(tmpdir(), 'vivarium-results-'));
const total = { passed: 0, failed: 0, skipped: 0 };
let broken = false;

const step = (command: string, args: string[]) => {
  const ended = spawnSync(command, args, { stdio: 'inherit' }).status === 0;
  if (!ended) broken = true;
  return ended;
};

if (step('node', ['scripts/build.ts', '--types'])) {
  step('node', ['scripts/check.ts', '--no-unit']);
  for (const layers of runs) {
    const began = performance.now();
    const file = join(results, `${layers[0]}.json`);
    step('vitest', [
      'run',
      ...layers.flatMap((layer) => ['--project', layer]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ]);
    count(file);
    console.log(`test: ${layers.join(', ')} took ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
}
rmSync(results, { recursive: true });
if (broken && total.failed === 0) total.failed = 1;
console.log(
  `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`,
);
process.exit(broken ? 1 : 0);

function count(file: string): void {
  try {
    const result = JSON.parse(readFileSync(file, 'utf8'));
    total.passed += result.numPassedTests;
    total.failed +=
      result.numFailedTests + (result.numFailedTestSuites > 0 && result.numFailedTests === 0 ? 1 : 0);
    total.skipped += result.numPendingTests;
  } catch {
    broken = true; // the runner ended before it could say anything
  }
}
