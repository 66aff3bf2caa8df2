import { expect, test } from 'vitest';
import { foreignArguments } from './foreign-arguments.ts';

const from = { what: 'extra_args', line: 3 };

test('arguments are handed on as they stand', () =>
  expect(foreignArguments(['-device', 'a,b=c', '-S', 'constructor'], from)).toEqual([
    { ...from, key: 'arguments', value: ['-device', 'a,b=c', '-S', 'constructor'] },
  ]));

test('none are none', () => expect(foreignArguments([], from)).toEqual([]));

test.each([
  [['-sandbox', 'off'], '-sandbox off'],
  [['--sandbox', 'off'], '--sandbox off'],
  [['-sandbox'], '-sandbox'],
  [['-daemonize'], '-daemonize'],
  [['-incoming', 'exec:touch x'], '-incoming exec:touch x'],
  [['-readconfig', 'file'], '-readconfig file'],
  [['-runas', 'nobody'], '-runas nobody'],
  [['-chroot', '/'], '-chroot /'],
])('but for %j, which would free QEMU', (words, what) => {
  const said = foreignArguments(['-m', '1G', ...words], from);
  expect(said).toEqual([
    { ...from, key: 'arguments', value: ['-m', '1G'] },
    { line: 3, what, why: expect.stringMatching(/sandbox/) },
  ]);
});
