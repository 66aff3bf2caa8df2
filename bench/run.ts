/** Measures Vivarium against what it drives and its peers: node bench/run.ts [--quick] [--record] [NAME…] */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { node, openBench, root, vm } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { benchmarks } from './benchmarks.ts';
import { tables } from './findings.ts';
import { describeHost } from './host.ts';
import { type Results, record } from './record.ts';

const { values, positionals } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const chosen = benchmarks.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const unknown = positionals.filter((name) => !chosen.some((benchmark) => benchmark.name === name));
if (unknown.length > 0) {
  const names = benchmarks.map(({ name }) => name).join(', ');
  console.error(`bench: there is no ${unknown.join(', ')}; there are: ${names}`);
  process.exit(2);
}
if (!existsSync(vm)) execFileSync(node, [join(root, 'scripts/build.ts')], { stdio: 'inherit' });

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());
try {
  await run(chosen);
} catch (error) {
  if (!interrupted.signal.aborted) throw error;
  console.error('bench: interrupted; what was begun has been ended');
  process.exitCode = 130;
}

async function run(chosen: readonly Benchmark[]): Promise<void> {
  await using bench = openBench(values.quick, interrupted.signal);
  const results: Results = {};
  for (const { name, measure } of chosen) {
    console.error(`bench: ${name}`);
    const host = await describeHost(bench);
    const findings = await measure(bench);
    results[name] = { host, findings };
    console.log(`${tables(findings)}\n`);
  }
  // A whole run is written down, and what is asked to be.
  if (values.record || chosen.length === benchmarks.length) record(benchmarks, results);
}
