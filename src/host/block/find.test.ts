import { symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testRoom } from '../../../test/support/room.ts';
import { isVivariumError } from '../../base/errors.ts';
import { deviceNumber, findDevice } from './find.ts';

const room = testRoom();

test.each([
  [0x0801, '8:1'],
  [0xfe00, '254:0'],
  [0x0010_b30a, '179:266'],
  [0x1000_0000_0705, '4103:5'],
])('%d is the device %s', (packed, number) => {
  expect(deviceNumber(packed)).toBe(number);
});

test('what is no block device is refused by what it is, and what is not there as well', () => {
  writeFileSync(room('file'), '');
  symlinkSync(room('file'), room('link'));
  for (const [typed, message] of [
    [room('file'), 'is a file and no block device'],
    [room('link'), 'is a file and no block device'],
    [room(), 'is a directory and no block device'],
    ['/dev/null', 'is a character device and no block device'],
    ['null', 'null is a character device'],
    ['/dev/nothing', 'The device /dev/nothing does not exist'],
    ['nothing', 'The device /dev/nothing does not exist'],
  ] as const) {
    expect(() => findDevice(typed, []), typed).toThrow(message);
  }
  expect(
    isVivariumError(
      errorOf(() => findDevice('/dev/null', [])),
      'device-unfit',
    ),
  ).toBe(true);
});

function errorOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
