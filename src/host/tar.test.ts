import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { Scope } from '../base/scope.ts';
import { archiveOf, unpack } from './tar.ts';

const room = testRoom();

async function collect(archive: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test.each([true, false])('what is archived is unpacked the same (for GNU tar: %s)', async (gnu) => {
  mkdirSync(room('d/sub'), { recursive: true });
  mkdirSync(room('out'));
  writeFileSync(room('d/-dash\nline'), 'x', { mode: 0o640 });
  symlinkSync('nowhere', room('d/sub/link'));
  execFileSync('truncate', ['-s', '20M', room('d/hole')]);
  const members = [
    { directory: room(), name: 'd' },
    { directory: room('d'), name: '-dash\nline' },
  ];
  await unpack(new Scope(), archiveOf(new Scope(), members, gnu), room('out'));
  execFileSync('diff', ['-r', '--no-dereference', room('d'), room('out/d')]);
  expect(readFileSync(room('out/-dash\nline'), 'utf8')).toBe('x');
  expect(statSync(room('out/-dash\nline')).mode & 0o777).toBe(0o640);
  if (gnu) expect(statSync(room('out/d/hole')).blocks).toBe(0);
});

test('the last member is not sent where another one failed', async () => {
  writeFileSync(room('big'), 'x'.repeat(300_000));
  writeFileSync(room('last'), 'MARK');
  const members = ['big', 'missing', 'last'].map((name) => ({ directory: room(), name }));
  const got: Uint8Array[] = [];
  const reading = (async () => {
    for await (const chunk of archiveOf(new Scope(), members, true)) got.push(chunk);
  })();
  await expect(reading).rejects.toMatchObject({ code: 'command-failed' });
  expect(got.length).toBeGreaterThan(0);
  expect(Buffer.concat(got).includes('MARK')).toBe(false);
});

test('a reader that leaves early ends tar', async () => {
  writeFileSync(room('big'), 'x'.repeat(3_000_000));
  for await (const _ of archiveOf(new Scope(), [{ directory: room(), name: 'big' }], true)) break;
});

test.each<[string, Uint8Array]>([
  ['nothing of the kind', Buffer.alloc(100_000, 'no archive')],
  ['half an archive', Buffer.alloc(0)],
])('%s is refused', async (what, bytes) => {
  writeFileSync(room('big'), 'x'.repeat(3_000_000));
  mkdirSync(room('out'));
  const whole = await collect(archiveOf(new Scope(), [{ directory: room(), name: 'big' }], true));
  const given = what === 'half an archive' ? whole.subarray(0, 1_000_000) : bytes;
  async function* archive() {
    yield given;
  }
  await expect(unpack(new Scope(), archive(), room('out'))).rejects.toMatchObject({
    code: 'command-failed',
  });
});

test('bytes behind the end of an archive are let pass', async () => {
  writeFileSync(room('a'), 'x');
  mkdirSync(room('out'));
  async function* archive() {
    yield* archiveOf(new Scope(), [{ directory: room(), name: 'a' }], true);
    for (let count = 0; count < 100; count++) yield Buffer.alloc(65_536);
  }
  await unpack(new Scope(), archive(), room('out'));
  expect(readdirSync(room('out'))).toEqual(['a']);
});

test('a source that fails is told as it is', async () => {
  mkdirSync(room('out'));
  // biome-ignore lint/correctness/useYield: it fails before it has anything
  async function* archive(): AsyncGenerator<Uint8Array> {
    throw new Error('the line is cut');
  }
  await expect(unpack(new Scope(), archive(), room('out'))).rejects.toThrow('the line is cut');
});
