import { roundSize } from '../base/sizes.ts';
import type { PruneReport } from '../protocol/views.ts';
import { show } from './command.ts';
import { table } from './output.ts';

export default show(
  ({ engine, values, scope }) => engine.image.prune({ unused: values.unused, dryRun: values.dryRun }, scope),
  render,
);

function render({ items, bytes, dryRun }: PruneReport): string {
  if (items.length === 0) return 'There is nothing to remove.';
  const rows = items.map((item) => [item.kind, roundSize(item.bytes), item.path]);
  const sum = `${roundSize(bytes)} ${dryRun ? 'would be freed. Do it: the same without --dry-run' : 'freed.'}`;
  return `${table(['KIND', 'SIZE', dryRun ? 'WOULD GO' : 'GONE'], rows)}\n${sum}`;
}
