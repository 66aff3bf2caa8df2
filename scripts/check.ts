/** Everything that needs no guest: format, lint, types, layers, generated files, unit tests. */
import { spawnSync } from 'node:child_process';

const steps: [what: string, command: string, args: string[]][] = [
  ['format and lint', 'biome', ['check', '--error-on-warnings', '.']],
  ['lint of the mod', 'luacheck', ['--quiet', 'luanti', 'test']],
  ['types', 'tsc', ['--noEmit']],
  ['types of the page', 'tsc', ['--noEmit', '-p', 'web']],
  ['layers', 'node', ['scripts/layers.ts']],
  ['generated files', 'node', ['scripts/generate.ts', '--check']],
  ['unit tests', 'vitest', ['run', '--project', 'unit']],
];

const wanted = process.argv.includes('--no-unit') ? steps.slice(0, -1) : steps;

for (const [what, command, args] of wanted) {
  const began = performance.now();
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if ((error as NodeJS.ErrnoException)?.code === 'ENOENT' && !process.env.VIVARIUM_REQUIRE) {
    console.log(`check: ${what} left out: ${command} is not installed`);
    continue;
  }
  if (status !== 0) {
    console.error(`check: ${what} failed`);
    process.exit(1);
  }
  console.log(`check: ${what} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
}
