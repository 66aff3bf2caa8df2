import { expect, test } from 'vitest';
import { namePattern } from '../base/names.ts';
import { nameFor } from './image-name.ts';

test.each([
  ['/a/debian-12-generic-amd64.qcow2', 'debian-12-generic-amd64'],
  ['disk.raw.xz', 'disk'],
  ['Windows 11 (x64).vhdx', 'Windows-11-x64'],
  ['.hidden.img', 'hidden'],
  ['-dash.img', 'dash'],
  ['.qcow2', 'image'],
  ['日本.img', 'image'],
  ['Ötzi-.img', 'Otzi'],
  [`${'x'.repeat(200)}.img`, 'x'.repeat(63)],
  ['openSUSE-Leap-15.6-Minimal-VM.x86_64-Cloud.qcow2', 'openSUSE-Leap-15.6-Minimal-VM.x86_64-Cloud'],
])('%s becomes %s', (file, name) => {
  expect(nameFor(file)).toBe(name);
  expect(name).toMatch(namePattern);
});
