import { allPrintable } from '../base/printable.ts';
import type { ImageVerification } from '../protocol/views.ts';
import type { Command } from './command.ts';
import { print } from './output.ts';
import { paintState } from './state.ts';

const verify: Command = {
  run: async ({ engine, values, scope, json, printJson }) => {
    const results = await engine.image.verify({ names: values.names }, scope);
    if (json) printJson(results);
    else print(allPrintable(results).map(line).join('\n') || 'No images yet. Get one: vm image catalogue');
    return results.every(({ state }) => state === 'intact') ? 0 : 1;
  },
};

export default verify;

function line({ name, state, reason, different }: ImageVerification): string {
  if (state === 'broken') return `${name}: ${paintState(state)}: ${reason}`;
  if (state === 'intact') return `${name}: ${state}`;
  return `${name}: ${paintState('broken')}: the content of ${different.join(', ')} is not what it was`;
}
