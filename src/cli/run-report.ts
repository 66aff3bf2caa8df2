import type { BootReport } from '../machine/run/boot-report.ts';
import type { RunView } from '../protocol/views.ts';

/** Where the time of a boot went, a line each, and what would save some. */
export function reportText({ how, prepared, started, advice }: RunView, report: BootReport): string {
  const rows: [string, number][] = [
    ['before QEMU', prepared],
    ...report.phases.map(({ phase, ms }): [string, number] => [phase, ms]),
  ];
  const total = report.prompt === undefined ? [] : [['to the prompt', report.prompt] as [string, number]];
  const lines = [...rows, ...total].map(
    ([what, ms]) => `  ${what.padEnd(14)}${String(Math.round(ms)).padStart(7)} ms`,
  );
  const slow =
    started.accelerator?.name === 'kvm'
      ? []
      : [`The guest's CPU is emulated, which takes about ten times as long: ${started.accelerator?.reason}`];
  const said = [...slow, ...advice].map((text) => `  * ${text}`);
  return [`vm: ${how}`, ...lines, ...said].join('\n');
}
