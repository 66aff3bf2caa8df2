import { expect, test } from 'vitest';
import { cpuPercent } from './usage.ts';

const at = (ms: number, cpu: number, pid = 7) => ({ pid, cpu, at: ms });

test.each([
  [at(1000, 500), at(2000, 1000), 50],
  [at(1000, 500), at(2000, 2500), 200],
  [at(1000, 500), at(3000, 500), 0],
])('of %j and %j it is %d percent', (before, now, percent) => expect(cpuPercent(before, now)).toBe(percent));

test.each([
  ['there was no look before', undefined, at(2000, 10)],
  ['it was started anew', at(1000, 5), at(2000, 10, 8)],
  ['no time has passed', at(2000, 5), at(2000, 10)],
  ['its pid is that of another, younger one', at(1000, 50), at(2000, 10)],
])('nothing is known where %s', (_, before, now) => expect(cpuPercent(before, now)).toBeUndefined());
