import { expect, test } from 'vitest';
import { builderOf } from './builders.ts';

const mkarchiso = builderOf({ mkarchiso: { profile: '.' } });
const liveBuild = builderOf({ 'live-build': {} });
const mkosi = builderOf({ mkosi: { arguments: [] } });
const script = builderOf({ command: 'make' });

test.each([
  [
    'mkarchiso',
    mkarchiso,
    "[mkarchiso] INFO: Installing packages to '/w/x86_64/airootfs/'...",
    "Installing packages to '/w/x86_64/airootfs/'",
  ],
  [
    'mkarchiso',
    mkarchiso,
    '[mkarchiso] INFO: Creating SquashFS image, this may take some time...',
    'Creating SquashFS image, this may take some time',
  ],
  ['mkarchiso', mkarchiso, '[mkarchiso] INFO: Done!', undefined],
  ['mkarchiso', mkarchiso, '[mkarchiso] INFO:           Architecture:   x86_64', undefined],
  ['mkarchiso', mkarchiso, '(1/120) installing linux', undefined],
  ['live-build', liveBuild, 'P: Begin bootstrapping system...', 'bootstrapping system'],
  ['live-build', liveBuild, '[2026-07-01 10:00:00] lb chroot_linux-image', 'lb chroot_linux-image'],
  ['live-build', liveBuild, 'Setting up live-boot', undefined],
  ['mkosi', mkosi, '‣ Building image…', 'Building image'],
  ['mkosi', mkosi, '‣  Installing extra packages', 'Installing extra packages'],
  ['a script', script, '==> Packing', 'Packing'],
  ['a script', script, 'echo ==> Packing', undefined],
])('of %s it is known what it does: %#', (_, builder, line, phase) => {
  expect(builder.phaseOf(line)).toBe(phase);
});
