import { doctor } from '../machine/doctor.ts';
import type { Implementation } from './implementation.ts';

export const hostEngine: Implementation<'host'> = {
  'host.doctor': async (home, { probe = false }, scope) => [
    ...(await doctor(scope, home, probe)),
    ...(await import('../snapshot/holdings.ts')).holdings(home),
  ],
  'host.events': async (home, _, scope) => (await import('../machine/watch.ts')).changes(scope, home),
  'host.audit': async (home, { lines = 100, ...only }) =>
    (await import('../access/audit-log.ts')).readAudit(home, lines, only),
};
