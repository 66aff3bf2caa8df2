import { expect, test } from 'vitest';
import { kernelBehind, packageFile } from './debian-kernel.ts';

test('the kernel is the one that the meta package depends on', () => {
  const shown = `Package: linux-image-amd64
Source: linux-signed-amd64 (6.1.192+2)
Version: 6.1.192-2
Architecture: amd64
Provides: wireguard-modules (= 1.0.0)
Depends: linux-image-6.1.0-56-amd64 (= 6.1.192-2)
Description: Linux for 64-bit PCs (meta-package)
`;
  expect(kernelBehind(shown)).toEqual({ name: 'linux-image-6.1.0-56-amd64', version: '6.1.192-2' });
});

test('a dependency without a version has that of the meta package', () => {
  const shown = 'Version: 6.12.1-1\nDepends: firmware, linux-image-6.12.1+deb13-amd64, kmod\n';
  expect(kernelBehind(shown)).toEqual({ name: 'linux-image-6.12.1+deb13-amd64', version: '6.12.1-1' });
});

test('nothing comes of nothing', () => {
  expect(kernelBehind('')).toBeUndefined();
  expect(kernelBehind('Version: 1\nDepends: kmod\n')).toBeUndefined();
});

test('the file of a package bears its version, without a colon', () => {
  expect(packageFile({ name: 'linux-image-1', version: '1:2.3-4' })).toBe(
    'linux-image-1_1%3a2.3-4_amd64.deb',
  );
});
