import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { parametersSchema } from '../protocol/operation.ts';
import { operations } from '../protocol/operations.ts';
import { type MakeParameters, newSpec } from './new-spec.ts';
import { parseSpec } from './spec-file.ts';

const has = { disk: false, network: false };

/** The text of a new spec, for parameters as people give them. */
function text(parameters: object, what: Partial<typeof has> = {}): string {
  const schema = parametersSchema(operations['machine.make'] as never);
  return newSpec(z.parse(schema, { name: 'hello', ...parameters }) as MakeParameters, { ...has, ...what });
}

const spec = (parameters: object, what: Partial<typeof has> = {}) =>
  parseSpec(text(parameters, what), 'machine.yaml');
const written = (parameters: object, what: Partial<typeof has> = {}) =>
  text(parameters, what)
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .trim();

test('what nobody asked for is not written', () => {
  expect(written({})).toBe('version: 1');
  expect(written({}, { disk: true, network: true })).toBe(
    'version: 1\ndisks:\n  - file: drive.qcow2\nnetworks:\n  - mode: user',
  );
  expect(written({ network: 'none' }, { network: false })).toBe('version: 1');
});

test('the first lines tell editors of the schema, and people of the help', () => {
  const [schema, help] = text({}).split('\n');
  expect(schema).toMatch(/^# yaml-language-server: \$schema=\/.*\/share\/machine\.schema\.json$/);
  expect(help).toMatch(/^# hello\..*vm help machine\.yaml/);
});

test('what was asked for is read back', () => {
  const asked = {
    image: 'tiny',
    cpus: 4,
    memory: '1536M',
    firmware: 'uefi',
    iso: '/iso/a b.iso',
    kernel: '/boot/vmlinuz',
    initrd: '/boot/initrd',
    append: 'console=ttyS0 quiet',
    forward: ['2222:22', 'udp:0.0.0.0:53:53'],
    display: 'vnc',
    share: ['/src', '/data:d:ro'],
    restart: 'never',
    wait: '90s',
    log: '1M',
  };
  expect(spec(asked, { disk: true, network: true })).toMatchObject({
    image: 'tiny',
    cpus: 4,
    memory: 1536 * 2 ** 20,
    firmware: 'uefi',
    disks: [{ file: 'drive.qcow2', format: 'qcow2' }],
    cdrom: '/iso/a b.iso',
    kernel: '/boot/vmlinuz',
    initrd: '/boot/initrd',
    append: 'console=ttyS0 quiet',
    networks: [
      {
        forwards: [
          { host: 2222, guest: 22 },
          { protocol: 'udp', address: '0.0.0.0' },
        ],
      },
    ],
    display: 'vnc',
    shares: [
      { path: '/src', tag: 'src', readonly: false },
      { path: '/data', tag: 'd', readonly: true },
    ],
    restart: 'never',
    stopWait: 90_000,
    log: 2 ** 20,
  });
});

test('sizes and durations are written as people write them, and exactly', () => {
  expect(written({ memory: '1024M', wait: '1500ms', log: 12_345 })).toBe(
    'version: 1\nmemory: 1G\nstopWait: 1.5s\nlog: 12345'.replace('12345', '"12345"'),
  );
});

test.each([
  '',
  'true',
  'null',
  '1',
  'a: b',
  '# x',
  '- x',
  '*a',
  '"',
  "it's \\ ü",
  'a\nb',
  `x${'y'.repeat(500)}`,
])('the text %.20j is read back', (append) => expect(spec({ append }).append).toBe(append));

test.each(['/a: b', "/it's", '/#x', '/ü 漢', '/a,b', '/"q"', '/a\\b', '/!x', '/%x', '/@x'])(
  'the file %j is read back',
  (iso) => expect(spec({ iso }).cdrom).toBe(iso),
);

test('files beside the caller become absolute, since QEMU works elsewhere', () =>
  expect(spec({ iso: 'a.iso', kernel: './k', initrd: '../i', share: ['src'] })).toMatchObject({
    cdrom: resolve('a.iso'),
    kernel: resolve('k'),
    initrd: resolve('../i'),
    shares: [{ path: resolve('src'), tag: 'src' }],
  }));

describe('a share', () => {
  test.each([
    ['/home/me/src', '/home/me/src', 'src', false],
    ['/home/me/src/', '/home/me/src', 'src', false],
    ['/home/me/src:code', '/home/me/src', 'code', false],
    ['/home/me/src:ro', '/home/me/src', 'src', true],
    ['/home/me/src:code:ro', '/home/me/src', 'code', true],
    ['/home/me/my src', '/home/me/my src', 'my-src', false],
    ['/home/me/src:row', '/home/me/src', 'row', false],
    ['/', '/', 'root', false],
    [`/${'x'.repeat(40)}`, `/${'x'.repeat(40)}`, 'x'.repeat(31), false],
  ])('%s', (share, path, tag, readonly) =>
    expect(spec({ share: [share] }).shares).toEqual([{ path, tag, readonly }]),
  );

  test.each(['/src:', '/src:a b', '/src:a:rw', `/src:${'x'.repeat(32)}`])(
    '%s has a tag that is refused',
    (share) => expect(() => spec({ share: [share] })).toThrow(/shares\.0\.tag must be/),
  );
});
