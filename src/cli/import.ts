import type { ImportReport } from '../protocol/views.ts';
import { show } from './command.ts';
import { styled, table } from './output.ts';

export default show(
  ({ engine, values, scope }) => engine.machine.import(values as never, scope),
  ({ machine: { name }, taken, left }: ImportReport) =>
    [
      `${name} is made. Start it: vm start ${name}`,
      table(
        ['LINE', 'TAKEN OVER', 'AS'],
        taken.map(({ what, line, as }) => [String(line ?? ''), what, as]),
      ),
      ...(left.length > 0 ? [leftOver(left)] : []),
    ].join('\n\n'),
);

/** What was left, each with its reasons below it. */
function leftOver(left: ImportReport['left']): string {
  const lines = left.flatMap(({ what, line, why }, index) => {
    const before = left[index - 1];
    const where = line === undefined ? '' : styled('dim', `line ${line}: `);
    return [...(before?.what === what && before.line === line ? [] : [`  ${where}${what}`]), `      ${why}`];
  });
  return [styled('bold', 'Not taken over, or not as it was:'), ...lines].join('\n');
}
