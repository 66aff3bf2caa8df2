import { stringify } from 'yaml';
import { printable } from '../base/printable.ts';
import { packageFile } from '../host/package-files.ts';
import { machineSpec, specVersion, type WrittenSpec } from '../protocol/machine-spec.ts';

/**
 * The text of a new machine.yaml, its keys in the order of the reference. Pure.
 * @param origin where the machine came from, a line for people
 */
export function specText(name: string, spec: Omit<WrittenSpec, 'version'>, origin?: string): string {
  const written: WrittenSpec = { version: specVersion, ...spec };
  const order = Object.keys(machineSpec.shape) as (keyof WrittenSpec)[];
  const sorted = Object.fromEntries(order.map((key) => [key, written[key]]));
  const from = origin === undefined ? '' : `# From ${printable(origin).replaceAll(/\s+/g, ' ')}\n`;
  return `# yaml-language-server: $schema=${packageFile('share/machine.schema.json')}
# ${name}. Every key: vm help machine.yaml. A change counts from the next start: vm restart ${name}
${from}${stringify(sorted, { lineWidth: 0 })}`;
}

/** The text of a machine's machine.yaml for another one that was made of it: its first lines speak of that. Pure. */
export function forkedText(text: string, from: string, name: string, instant: string): string {
  const [head, ...rest] = text.split(/^(?!#)/m);
  const own = (head ?? '')
    .replace(`# ${from}. Every`, `# ${name}. Every`)
    .replace(`vm restart ${from}`, `vm restart ${name}`);
  return [`${own}# Forked from ${instant}\n`, ...rest].join('');
}
