import { findMachine } from '../machine/machine.ts';
import type { Implementation } from './implementation.ts';

export const diskEngine: Implementation<'disk'> = {
  'disk.list': async (home, { name }) =>
    (await import('../machine/disks.ts')).listDisks(findMachine(home, name)),
  'disk.add': async (home, { name, ...what }, scope) =>
    await (await import('../machine/add-disk.ts')).addDisk(scope, findMachine(home, name), what),
  'disk.remove': async (home, { name, disk, keep = false, force = false }, scope) =>
    await (await import('../machine/remove-disk.ts')).removeDisk(scope, findMachine(home, name), disk, {
      keep,
      force,
    }),
  'disk.resize': async (home, { name, disk, size }, scope) =>
    await (await import('../machine/resize-disk.ts')).resizeDisk(scope, findMachine(home, name), disk, size),
};
