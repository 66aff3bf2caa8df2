import { machineSpec } from '../protocol/machine-spec.ts';
import { specKeys } from '../protocol/spec-keys.ts';
import { styled } from './output.ts';

/** Every key of machine.yaml, with its values and default. */
export function specHelp(): string {
  const keys = specKeys(machineSpec);
  const width = Math.max(...keys.map(({ path }) => path.length)) + 2;
  const lines = keys.map(({ path, about, values, usual }) => {
    const more = [values && `one of ${values.join(', ')}`, usual !== undefined && `default ${usual}`].filter(
      (it) => it,
    );
    return `  ${styled('bold', path.padEnd(width))}${about}${more.length > 0 ? ` (${more.join('; ')})` : ''}`;
  });
  return `machine.yaml says what a machine is. All keys but version may be left out.

${lines.join('\n')}

Files and paths are relative to the machine's directory. A change counts from the next start.`;
}
