import { allPrintable } from '../base/printable.ts';
import type { SnapshotVerification } from '../protocol/views.ts';
import type { Command } from './command.ts';
import { print, styled } from './output.ts';

const verify: Command = {
  run: async ({ engine, values, scope, json, printJson }) => {
    const results = await engine.snapshot.verify({ name: values.name, snapshot: values.snapshot }, scope);
    if (json) printJson(results);
    else
      print(
        allPrintable(results).map(line).join('\n') || 'No snapshots yet. Take one: vm snapshot create NAME',
      );
    return results.every(({ state }) => state === 'whole') ? 0 : 1;
  },
};

export default verify;

function line({ machine, name, state, problems, files }: SnapshotVerification): string {
  if (state === 'whole') return `${machine}@${name}: whole (${files} files)`;
  return `${machine}@${name}: ${styled('red', state)}: ${problems.join(' ')}`;
}
