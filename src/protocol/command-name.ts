import { own } from '../base/own.ts';
import type { OperationName } from './operations.ts';

/** Nouns that nobody types. */
const unsaid = new Set(['machine', 'host', 'cartridge']);

/** Where the command is called otherwise than the operation. */
const others: Partial<Record<OperationName, string>> = {
  'machine.usage': 'top',
  'machine.read': 'edit',
  'machine.write': 'edit',
  'machine.copy': 'cp',
  'machine.spawn': 'exec',
  'machine.job': 'run',
  'initramfs.pack': 'pack',
  'initramfs.list': 'pack list',
  'cartridge.init': 'cartridge init',
  'device.list': 'deploy',
  'device.show': 'deploy',
  'device.write': 'deploy',
};

/** The command by which an operation is known to people: `make`, `snapshot create`. */
export function commandName(operation: OperationName): string {
  const [noun = '', verb = ''] = operation.split('.');
  const said = verb === 'remove' ? 'rm' : verb;
  return own(others, operation) ?? (unsaid.has(noun) ? said : `${noun} ${said}`);
}
