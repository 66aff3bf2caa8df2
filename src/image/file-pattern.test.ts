import { expect, test } from 'vitest';
import { matchesPattern, newest } from './file-pattern.ts';

test('a star stands for a version and for nothing else', () => {
  const pattern = 'debian-*-amd64-netinst.iso';
  expect(matchesPattern(pattern, 'debian-13.1.0-amd64-netinst.iso')).toBe(true);
  expect(matchesPattern(pattern, 'debian-mac-13.1.0-amd64-netinst.iso')).toBe(false);
  expect(matchesPattern(pattern, 'debian-13.1.0-amd64-netinst.iso.sig')).toBe(false);
  expect(matchesPattern('a.img', 'a.img')).toBe(true);
  expect(matchesPattern('a.img', 'axImg')).toBe(false);
});

test('the highest version counts, not the last letter', () => {
  const names = [
    'a-3.9.1-r0.qcow2',
    'a-3.22.4-r0.qcow2',
    'a-3.22.10-r0.qcow2',
    'a-3.22.10_rc1-r0.qcow2',
    'b',
  ];
  expect(newest('a-*-r*.qcow2', names)).toBe('a-3.22.10-r0.qcow2');
  expect(newest('c-*.qcow2', names)).toBeUndefined();
});
