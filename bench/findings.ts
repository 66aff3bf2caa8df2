import type { Duration, Finding, Memory, Ratio, Size, Unmeasured } from './benchmark.ts';
import { table } from './table.ts';

/** The tables of what was found: of times over others', of times alone, of memory; the empty ones are left out. */
export function tables(findings: readonly Finding[]): string {
  const times = findings.filter(
    (it): it is Ratio | Unmeasured => it.kind === 'ratio' || it.kind === 'unmeasured',
  );
  const durations = findings.filter((it): it is Duration => it.kind === 'duration');
  const memory = findings.filter((it): it is Memory => it.kind === 'memory');
  const sizes = findings.filter((it): it is Size => it.kind === 'size');
  const headings = ['what', 'over', 'ours', 'theirs', 'ratio', 'p10 to p90', 'pairs', 'bar', 'reached'];
  return [
    times.length > 0 ? table(headings, times.map(timeRow)) : '',
    durations.length > 0
      ? table(['what', 'took', 'p10 to p90', 'rounds', 'bar', 'reached'], durations.map(durationRow))
      : '',
    memory.length > 0
      ? table(['for each running machine', 'RSS', 'PSS', 'machines', 'bar', 'reached'], memory.map(memoryRow))
      : '',
    sizes.length > 0
      ? table(['what', 'bytes', 'p10 to p90', 'of', 'bar', 'reached'], sizes.map(sizeRow))
      : '',
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

function timeRow(it: Ratio | Unmeasured): string[] {
  const bar = `≤ ${it.bar}`;
  if (it.kind === 'unmeasured')
    return [it.what, it.over, '', '', '', '', '', bar, `not measured: ${it.reason}`];
  const { median, p10, p90, n } = it.ratio;
  return [
    it.what,
    it.over,
    milliseconds(it.ours),
    milliseconds(it.theirs),
    median.toFixed(3),
    `${p10.toFixed(2)} to ${p90.toFixed(2)}`,
    String(n),
    bar,
    median <= it.bar ? 'yes' : '**no**',
  ];
}

function durationRow({ what, took: { median, p10, p90, n }, bar }: Duration): string[] {
  const spread = `${p10.toFixed(0)} to ${p90.toFixed(0)}`;
  const reached = median <= bar ? 'yes' : '**no**';
  return [what, milliseconds(median), spread, String(n), `≤ ${bar} ms`, reached];
}

function memoryRow({ what, rss, pss, machines, bar }: Memory): string[] {
  const reached = rss <= bar ? 'yes' : pss <= bar ? 'by PSS; **not** by RSS' : '**no**';
  return [what, megabytes(rss), megabytes(pss), String(machines), `≤ ${megabytes(bar)}`, reached];
}

function sizeRow({ what, bytes: { median, p10, p90, n }, bar }: Size): string[] {
  const spread = `${size(p10)} to ${size(p90)}`;
  const reached = median <= bar ? 'yes' : '**no**';
  return [what, size(median), spread, String(n), `≤ ${size(bar)}`, reached];
}

const milliseconds = (ms: number) => `${ms < 100 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
const size = (bytes: number) => (bytes < 1e5 ? `${(bytes / 1e3).toFixed(1)} kB` : megabytes(bytes));
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(bytes >= 1e6 ? 1 : 2)} MB`;
