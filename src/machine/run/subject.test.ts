import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isVivariumError } from '../../base/errors.ts';
import { openHome } from '../home.ts';
import { type Subject, subjectOf } from './subject.ts';

let directory: string;
const at = (name: string) => join(directory, name);
const write = (name: string, bytes: Buffer, offset = 0, size = 70_000) => {
  const content = Buffer.alloc(Math.max(size, offset + bytes.length));
  bytes.copy(content, offset);
  writeFileSync(at(name), content);
};

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'subject-'));
  mkdirSync(at('tree/etc'), { recursive: true });
  mkdirSync(at('project'));
  write('live.iso', Buffer.from('CD001'), 0x8001);
  write('bzImage', Buffer.from('HdrS'), 0x202);
  write('vmlinux', Buffer.from('\x7fELF', 'latin1'));
  write('disk.raw', Buffer.from([0x55, 0xaa]), 510);
  write('disk.qcow2', Buffer.from('QFI\xfb', 'latin1'));
  write('image.gz', Buffer.from([0x1f, 0x8b, 8]));
  write('notes.txt', Buffer.from('text'), 0, 4);
});
afterAll(() => rmSync(directory, { recursive: true }));

const subject = (asked: Parameters<typeof subjectOf>[1]) => subjectOf(openHome({ VMDIR: at('vms') }), asked);
const kind = (what: string): Subject['kind'] => subject({ what: at(what) }).kind;

/** The problem and the hint by which it is refused. */
function refused(asked: Parameters<typeof subjectOf>[1]): string {
  try {
    subject(asked);
  } catch (error) {
    if (isVivariumError(error)) return `${error.code}: ${error.message} ${error.hint}`;
    throw error;
  }
  throw new Error('It was taken.');
}

test('a file is known by its content', () => {
  expect(kind('live.iso')).toBe('iso');
  expect(kind('bzImage')).toBe('kernel');
  expect(kind('vmlinux')).toBe('kernel');
  expect(subject({ what: at('disk.raw') })).toMatchObject({ kind: 'disk', format: 'raw' });
  expect(subject({ what: at('disk.qcow2') })).toMatchObject({ kind: 'disk', format: 'qcow2' });
});

test('a flag says what it is', () => {
  expect(subject({ root: at('tree') })).toEqual({ kind: 'root', directory: at('tree') });
  expect(subject({ initramfs: at('tree') })).toEqual({ kind: 'initramfs', directory: at('tree') });
  expect(subject({ kernel: at('bzImage'), initrd: at('notes.txt') })).toEqual({
    kind: 'kernel',
    kernel: at('bzImage'),
    initrd: at('notes.txt'),
  });
});

test('what cannot be run is refused with what to do instead', () => {
  expect(refused({ what: at('image.gz') })).toContain('vm image import');
  expect(refused({ what: at('notes.txt') })).toContain('looks like text');
  expect(refused({ what: at('tree') })).toContain('vm run --root');
  expect(refused({ what: at('project') })).toContain('vm cartridge init');
  expect(refused({ what: 'nothing' })).toMatch(/^subject-unknown/);
  expect(refused({ root: at('absent') })).toMatch(/^file-missing/);
  expect(refused({ kernel: at('tree') })).toMatch(/^file-missing/);
  expect(refused({ root: at('tree'), what: at('live.iso') })).toContain('WHAT and --root');
  expect(refused({})).toContain('cartridge.yaml');
});
