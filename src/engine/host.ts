import { doctor } from '../machine/doctor.ts';
import type { Implementation } from './implementation.ts';

export const hostEngine: Implementation<'host'> = {
  'host.doctor': async (home, { probe = false }, scope) => [
    ...(await doctor(scope, home, probe)),
    ...(await import('../snapshot/holdings.ts')).holdings(home),
  ],
  'host.events': async (home, _, scope) => (await import('../machine/watch.ts')).changes(scope, home),
};
