import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { formatForward, forward, parseForward } from './forward.ts';

test.each([
  ['2222:22', 'tcp', '127.0.0.1', 2222, 22],
  ['auto:22', 'tcp', '127.0.0.1', 'auto', 22],
  ['udp:5353:53', 'udp', '127.0.0.1', 5353, 53],
  ['0.0.0.0:8080:80', 'tcp', '0.0.0.0', 8080, 80],
  ['udp:192.168.1.255:1:65535', 'udp', '192.168.1.255', 1, 65_535],
] as const)('%s is read, and written the same', (text, protocol, address, host, guest) => {
  expect(parseForward(text)).toEqual({ protocol, address, host, guest });
  expect(formatForward({ protocol, address, host, guest })).toBe(text);
});

test.each([
  ['auto', 'auto:22'],
  ['tcp:2222:22', '2222:22'],
  ['127.0.0.1:2222:22', '2222:22'],
  ['02222:022', '2222:22'],
])('%s is written shorter: %s', (text, short) => {
  const read = parseForward(text);
  expect(read && formatForward(read)).toBe(short);
});

test.each([
  '',
  '22',
  ':22',
  '2222:',
  '0:22',
  '2222:0',
  '65536:22',
  '22:65536',
  '-1:22',
  '2222-22',
  'sctp:1:1',
  'localhost:1:1',
  '256.0.0.1:1:1',
  '1.2.3:1:1',
  '1.2.3.4.5:1:1',
  '[::1]:1:1',
  ' 2222:22',
  '2222:22\n',
  '2222:22,hostfwd=tcp::1-:1',
])('%j is no forward', (text) => expect(parseForward(text)).toBeUndefined());

test('the schema gives the parts, or says how one is written', () => {
  expect(z.parse(forward, '2222:22')).toEqual(parseForward('2222:22'));
  expect(z.safeParse(forward, '2222').error?.issues[0]?.message).toMatch(
    /^must be a forward such as 2222:22/,
  );
});
