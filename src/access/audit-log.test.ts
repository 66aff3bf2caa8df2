import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import type { Home } from '../machine/home.ts';
import { AuditLog, readAudit, type Told } from './audit-log.ts';

const room = testRoom();
let home: Home;
beforeEach(() => {
  home = { directory: room('vms'), cache: room('cache'), config: {}, env: {} };
});
const log = () => room('vms/.vmd/audit.log');
const told = (more: Partial<Told> = {}): Told => ({
  who: 'ci',
  from: '127.0.0.1',
  operation: 'machine.start',
  subject: 'web',
  result: 'ok',
  took: 1.4,
  ...more,
});

test('what was done is read back, the newest last, by the owner alone', () => {
  const audit = new AuditLog(home);
  for (const subject of ['a', 'b', 'c']) audit.tell(told({ subject }));
  expect(readAudit(home, 2)).toMatchObject([
    { subject: 'b' },
    { subject: 'c', who: 'ci', result: 'ok', took: 1 },
  ]);
  expect(statSync(log()).mode & 0o777).toBe(0o600);
  expect(statSync(room('vms/.vmd')).mode & 0o777).toBe(0o700);
});

test('where nothing was done there is nothing', () => expect(readAudit(home, 10)).toEqual([]));

test('it can be asked for a token, a machine, and what was refused', () => {
  const audit = new AuditLog(home);
  audit.tell(told({ subject: 'web@s1 copy' }));
  audit.tell(told({ who: 'eve', result: 'permission-denied', subject: 'webs' }));
  audit.tell(told({ operation: 'machine.console', result: 'opened' }));
  expect(readAudit(home, 9, { who: 'eve' })).toHaveLength(1);
  expect(readAudit(home, 9, { about: 'web' })).toHaveLength(2);
  expect(readAudit(home, 9, { refused: true })).toMatchObject([{ who: 'eve' }]);
});

test('hostile and endless names stay one harmless line', () => {
  new AuditLog(home).tell(
    told({ subject: `a\n{"who":"root"}\u001b[2J${'x'.repeat(5000)}`, from: 'b\u0007\n' }),
  );
  const text = readFileSync(log(), 'utf8');
  expect(text.split('\n')).toHaveLength(2);
  expect(text.length).toBeLessThan(500);
  expect(text).not.toMatch(/\\u00(1b|07)/);
  expect(readAudit(home, 9)).toHaveLength(1);
});

test('it never takes more than two files of its size, and reads through both', () => {
  const audit = new AuditLog(home, { most: 2000 });
  for (let number = 0; number < 100; number++) audit.tell(told({ subject: `m${number}` }));
  expect(statSync(`${log()}.1`).size).toBeLessThan(2300);
  expect(existsSync(log()) ? statSync(log()).size : 0).toBeLessThan(2000);
  expect(existsSync(`${log()}.2`)).toBe(false);
  const last = readAudit(home, 15).map(({ subject }) => subject);
  expect(last).toEqual(Array.from({ length: 15 }, (_, at) => `m${85 + at}`));
});

test('what cannot be written fails nothing, and is counted when it can be again', () => {
  const audit = new AuditLog(home);
  mkdirSync(log(), { recursive: true }); // a directory in its place cannot be written to, even by root
  audit.tell(told());
  audit.tell(told());
  rmSync(log(), { recursive: true });
  audit.tell(told({ subject: 'after' }));
  audit.tell(told());
  expect(readAudit(home, 9)).toMatchObject([{ subject: 'after', lost: 2 }, {}]);
  expect(readAudit(home, 9)[1]).not.toHaveProperty('lost');
});

test('a line that was cut off costs no other', () => {
  const audit = new AuditLog(home);
  audit.tell(told({ subject: 'a' }));
  appendFileSync(log(), '{"time":"2026-\n');
  audit.tell(told({ subject: 'b' }));
  appendFileSync(log(), '{"ti');
  expect(readAudit(home, 9).map(({ subject }) => subject)).toEqual(['a', 'b']);
  writeFileSync(log(), 'null\n7\n');
  expect(readAudit(home, 9)).toEqual([]);
});
