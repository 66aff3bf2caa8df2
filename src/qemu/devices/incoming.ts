import { option } from '../option.ts';

/** Has QEMU wait for the state that it is to go on from (see ../migration.ts), on the very board it was saved on. */
export function incoming(board: string): string[] {
  return ['-machine', option('', { type: board }), '-incoming', 'defer'];
}
