import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { packageFile } from './package-files.ts';
import { installCommand } from './package-manager.ts';

const room = testRoom();

test.each([
  ['apk', 'apk add ovmf'],
  ['pacman', 'pacman -S --needed edk2-ovmf'],
])('a host with %s is told its own name of a package', (manager, told) => {
  writeFileSync(room(manager), '');
  chmodSync(room(manager), 0o755);
  vi.stubEnv('PATH', room());
  expect(installCommand('ovmf')).toMatch(new RegExp(`^(sudo )?${told}$`));
  expect(installCommand('nothing we know')).toBeUndefined();
  vi.unstubAllEnvs();
});

test('a package that a distribution does not have is not advised', () => {
  writeFileSync(room('xbps-install'), '');
  chmodSync(room('xbps-install'), 0o755);
  vi.stubEnv('PATH', room());
  expect(installCommand('mmdebstrap')).toBeUndefined();
  expect(installCommand('mtools')).toMatch(/xbps-install mtools$/);
  vi.unstubAllEnvs();
});

test('every need says its package for every manager', () => {
  const rows = readFileSync(packageFile('share/packages'), 'utf8')
    .split('\n')
    .filter((line) => /^\w/.test(line));
  expect(rows.length).toBeGreaterThan(8);
  for (const row of rows) expect(row.split(/\s+/), row).toHaveLength(6);
});
