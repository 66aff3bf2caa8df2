import { allPrintable } from '../base/printable.ts';
import type { EjectItem } from '../protocol/cartridge-views.ts';
import type { Command } from './command.ts';
import { print } from './output.ts';
import { shortPath } from './short-path.ts';

/** Fails where something is left. */
const eject: Command = {
  run: async ({ engine, values, scope, json, printJson }) => {
    const report = await engine.cartridge.eject(values, scope);
    const { items, dryRun } = allPrintable(report);
    if (json) printJson(report);
    else print(items.length === 0 ? 'There is nothing to eject.' : items.map(line(dryRun)).join('\n'));
    return items.some(({ done }) => done === 'left') ? 1 : undefined;
  },
};

export default eject;

/** `unmounted work/root/proc`, `left mount work/root (in use by bash (4711))` */
const line =
  (dryRun: boolean) =>
  ({ what, name, done, reason }: EjectItem): string => {
    const would = dryRun && done !== 'kept' ? 'would be ' : '';
    const plain = ['unmounted', 'freed', 'removed'].includes(done);
    const why = reason === undefined ? '' : ` (${reason})`;
    return `${would}${done} ${plain ? '' : `${what} `}${shortPath(name)}${why}`.replaceAll('\n', '\\n');
  };
