import type { Benchmark } from './benchmark.ts';
import { tables } from './findings.ts';
import type { Results } from './record.ts';

/** The text of docs/benchmarks.md. */
export function page(benchmarks: readonly Benchmark[], results: Results): string {
  const measured = benchmarks.filter(({ name }) => results[name]);
  const findings = measured.flatMap(({ name }) => results[name]?.findings ?? []);
  const hosts = measured.map(({ name }) => results[name]?.host ?? {});
  const [latest = {}] = hosts.toSorted((a, b) => (b.Date ?? '').localeCompare(a.Date ?? ''));
  const same = Object.entries(latest).filter(([what]) => !ofTheRun.includes(what));
  const about = same.map(([what, value]) => `- ${what}: ${value}`);
  const how = measured.map(({ name, how }) => {
    const run = ofTheRun.map((what) => `${what.toLowerCase()} ${results[name]?.host[what] ?? 'unknown'}`);
    return `- \`${name}\` (${run.join(', ')}): ${how}`;
  });
  return `# Benchmarks

<!-- made by \`npm run bench\` from benchmarks.json -->

How much Vivarium adds to what it drives. What is compared is measured in one run, in pairs whose order alternates;
the ratio is the median of the ratios of the pairs, with the tenth and ninetieth of a hundred. The bars were set
before the code was written. \`npm run bench\` measures again and writes this page, \`npm run bench -- --record NAME\`
the rows of one benchmark, \`npm run bench -- --quick NAME\` only prints.

${tables(findings)}

## The machine

${about.join('\n')}

## How it is measured

${how.join('\n')}

Warm-up rounds are not counted. Ours is the built \`dist/vm.js\`; every Node is the same binary.
`;
}

/** What is said of a host that may be another at the next run. */
const ofTheRun = ['Date', 'Load before the run'];
