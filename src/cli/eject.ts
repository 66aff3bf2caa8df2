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

const line =
  (dryRun: boolean) =>
  ({ what, name, done, reason }: EjectItem): string => {
    const would = dryRun && done !== 'kept' ? 'would be ' : '';
    return `${would}${done} ${what} ${shortPath(name)}${reason === undefined ? '' : ` (${reason})`}`;
  };
