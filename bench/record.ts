import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bench.ts';
import type { Benchmark, Finding } from './benchmark.ts';
import { page } from './page.ts';

/** What a benchmark found when it was last recorded, and on which machine, as a sentence each. */
export interface Result {
  host: Record<string, string>;
  findings: Finding[];
}

/** By the benchmark's name. */
export type Results = Record<string, Result>;

const file = join(root, 'docs/benchmarks.json');

/** Puts results in the place of older ones of the same benchmarks, and writes docs/benchmarks.md of all. */
export function record(benchmarks: readonly Benchmark[], results: Results): void {
  const all: Results = { ...JSON.parse(readFileSync(file, 'utf8')), ...results };
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
  writeFileSync(join(root, 'docs/benchmarks.md'), page(benchmarks, all));
}
