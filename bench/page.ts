import type { Benchmark, Finding } from './benchmark.ts';
import { tables } from './findings.ts';

/** The text of docs/benchmarks.md: what one full run found. */
export function page(
  host: Record<string, string>,
  benchmarks: readonly Benchmark[],
  findings: readonly Finding[],
): string {
  const how = benchmarks.map(({ name, how }) => `- \`${name}\`: ${how}`);
  const about = Object.entries(host).map(([what, value]) => `- ${what}: ${value}`);
  return `# Benchmarks

<!-- made by \`npm run bench\` -->

How much Vivarium adds to what it drives. What is compared is measured in one run, in pairs whose order alternates;
the ratio is the median of the ratios of the pairs, with the tenth and ninetieth of a hundred. The bars were set
before the code was written. \`npm run bench\` measures again and writes this page, \`npm run bench -- --quick NAME\`
only prints.

${tables(findings)}

## The machine

${about.join('\n')}

## How it is measured

${how.join('\n')}

Warm-up rounds are not counted. Ours is the built \`dist/vm.js\`; every Node is the same binary.
`;
}
