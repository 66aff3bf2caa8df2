import { expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { AuditLog, readAudit } from './audit-log.ts';
import { Refusals } from './refusals.ts';

const room = testRoom();

test('who knocks in vain is written down, and cannot fill the log by that', () => {
  const home = { directory: room('vms'), cache: room('cache'), config: {}, env: {} };
  const refusals = new Refusals(new AuditLog(home));
  const count = () => readAudit(home, 10_000).length;
  for (let time = 0; time < 1000; time++) refusals.tell('192.0.2.1', 'token-invalid', time);
  expect(readAudit(home, 9)).toMatchObject([{ who: 'no token', from: '192.0.2.1', result: 'token-invalid' }]);
  for (let address = 0; address < 1000; address++)
    refusals.tell(`2001:db8::${address}`, 'token-invalid', 1000);
  expect(count()).toBe(100);
  refusals.tell('192.0.2.1', 'token-invalid', 60_000);
  expect(count()).toBe(101);
});
