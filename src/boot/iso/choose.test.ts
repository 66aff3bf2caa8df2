import { expect, test } from 'vitest';
import { chooseEntry } from './choose.ts';
import type { IsoEntry, IsoKind } from './iso.ts';

const entry = (title: string, more: Partial<IsoEntry> = {}): IsoEntry => ({
  ...{ title, kernel: '/vmlinuz', initrds: ['/initrd'], append: '', source: 'grub', default: false },
  ...more,
});

const chosen = (kind: IsoKind, ...entries: IsoEntry[]) => chooseEntry({ kind, entries })?.title;

test('it is the default, or the first where there is none', () => {
  expect(chosen('unknown', entry('a'), entry('b', { default: true }))).toBe('b');
  expect(chosen('unknown', entry('a'), entry('b'))).toBe('a');
  expect(chosen('unknown')).toBeUndefined();
});

test.each([
  'Memory Diagnostic Tool (memtest86+)',
  'Test this media & start Fedora',
  'Verify integrity of the boot medium',
  'Install with speech synthesis',
  'Live system (fail-safe mode)',
  'Rescue a Fedora system',
  'Graphical install',
  '... Expert install',
  'Copy ISO Files to RAM',
])('it is not %s, even where that is the default', (title) => {
  expect(chosen('unknown', entry(title, { default: true }), entry('plain'))).toBe('plain');
});

test('it is told by more than its title', () => {
  const checking = entry('Start', { append: 'root=live:CDLABEL=x rd.live.check', default: true });
  expect(chosen('fedora-live', checking, entry('plain'))).toBe('plain');
  const tool = entry('Tools', { kernel: '/boot/hdt', initrds: [], default: true });
  expect(chosen('unknown', tool, entry('plain'))).toBe('plain');
  const drawing = entry('Install', { initrds: ['/install.amd/gtk/initrd.gz'], default: true });
  expect(chosen('debian-installer', drawing, entry('plain'))).toBe('plain');
});

test('a live medium is booted live, though it has an installer, too', () => {
  const installer = entry('Install', { append: '--- quiet', default: true });
  expect(chosen('debian-live', installer, entry('Live', { append: 'boot=live quiet' }))).toBe('Live');
});

test('the least unwanted is taken where all are', () => {
  expect(chosen('unknown', entry('Memory test'), entry('Rescue'))).toBe('Rescue');
});
