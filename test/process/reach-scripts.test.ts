import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packageFile } from '../../src/host/package-files.ts';
import { has } from '../support/has.ts';
import { testRoot } from '../support/place.ts';

const token = 'token';
const mark = 'vivarium-end-of-copy';
let room: string;
let guest: string;
beforeEach(() => {
  room = mkdtempSync(join(testRoot, 'reach-'));
  guest = join(room, 'guest');
  mkdirSync(join(guest, 'd'), { recursive: true });
});
afterEach(() => rmSync(room, { recursive: true }));

/** Shells that guests have. */
const shells = [['dash'], ['bash', '--posix'], ['busybox', 'sh']].filter(([shell = '']) => has(shell));

function run(shell: string[], name: 'receive' | 'send', args: string[], input: Buffer = Buffer.alloc(0)) {
  const script = readFileSync(packageFile(`guest/reach/${name}.sh`), 'utf8');
  const [program = '', ...options] = shell;
  const ended = spawnSync(program, [...options, '-c', script, 'sh', ...args], {
    input,
    env: { ...process.env, HOME: guest },
  });
  return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr.toString() };
}

/** An archive with these files and, at the end, the mark that it is whole. */
function archive(files: Record<string, string>, whole = true): Buffer {
  const from = join(room, 'from');
  rmSync(from, { recursive: true, force: true });
  for (const [file, text] of Object.entries({ ...files, ...(whole && { [mark]: '' }) })) {
    mkdirSync(join(from, file, '..'), { recursive: true });
    writeFileSync(join(from, file), text);
  }
  const names = [...new Set(Object.keys(files).map((file) => `./${file.split('/')[0]}`))];
  return execFileSync('tar', ['-c', '-C', from, ...names, ...(whole ? [mark] : [])]);
}

const text = (...path: string[]) => readFileSync(join(guest, ...path), 'utf8');
const nothingLeft = () =>
  readdirSync(guest, { recursive: true }).filter((name) => /vivarium-/.test(String(name)));

describe.each(shells)('with %s', (...shell) => {
  const receive = (to: string, how: string, name: string, input: Buffer, kind = 'file') =>
    run(shell, 'receive', [to, how, name, token, kind], input);

  test.each([
    ['into a directory', 'd', 'd/a'],
    ['into a directory with a slash', 'd/', 'd/a'],
    ['into the home', '.', 'a'],
    ['under a new name', 'd/b', 'd/b'],
    ['under a name with blanks and a dash', '-x y', '-x y'],
  ])('a file comes %s', (_, to, found) => {
    const { code, stderr } = receive(to, 'one', 'a', archive({ a: 'new' }));
    expect([code, stderr]).toEqual([0, '']);
    expect(text(found)).toBe('new');
    expect(existsSync(join(guest, 'd', mark))).toBe(false);
    expect(nothingLeft()).toEqual([]);
  });

  test('says whether its tar is GNU’s', () => {
    const kind = shell[0] === 'busybox' ? 'plain' : 'gnu'; // whose shell takes its own tools
    expect(receive('d', 'one', 'a', archive({ a: '' })).stdout.toString()).toBe(`vivarium: ${kind}\n`);
  });

  test('a file replaces one, and a directory is joined with one', () => {
    writeFileSync(join(guest, 'd/a'), 'old');
    mkdirSync(join(guest, 'd/t/u'), { recursive: true });
    writeFileSync(join(guest, 'd/t/kept'), 'kept');
    const files = { a: 'new', 't/u/deep': 'deep', 't/.hidden': 'h', 't/..odd/x': 'x', 't/b\nc': 'bc' };
    expect(receive('d', 'many', '', archive(files))).toMatchObject({ code: 0, stderr: '' });
    expect(text('d/a')).toBe('new');
    expect(readdirSync(join(guest, 'd/t')).sort()).toEqual(['..odd', '.hidden', 'b\nc', 'kept', 'u']);
    expect(nothingLeft()).toEqual([]);
  });

  test('the contents of a directory come into one that is there, and into one that is not', () => {
    for (const to of ['d', 'e']) {
      const files = archive({ 'a/b': 'b', c: 'c' });
      expect(receive(to, 'contents', '.', files, 'directory')).toMatchObject({ code: 0, stderr: '' });
      expect(readdirSync(join(guest, to)).sort()).toEqual(['a', 'c']);
    }
  });

  test.each<[string, string, string, string]>([
    ['several things into no directory', 'nowhere', 'many', 'nowhere: there is no such directory'],
    ['into a directory that is not there', 'x/y/z', 'one', 'x/y/: there is no such directory'],
    ['a file into what should be a directory', 'x/', 'one', 'x/: there is no such directory'],
  ])('%s is refused', (_, to, how, said) => {
    const { code, stderr } = receive(to, how, 'a', archive({ a: '' }));
    expect([code, stderr.trim()]).toEqual([1, said]);
    expect(readdirSync(guest)).toEqual(['d']);
  });

  test.each<[string, (whole: Buffer) => Buffer]>([
    ['without its mark', () => archive({ a: 'new' }, false)],
    ['cut in the middle', (whole) => whole.subarray(0, 700)],
    ['that is none', () => Buffer.from('nonsense')],
    ['of nothing', () => Buffer.alloc(0)],
  ])('an archive %s changes nothing', (_, cut) => {
    writeFileSync(join(guest, 'd/a'), 'old');
    expect(receive('d', 'one', 'a', cut(archive({ a: 'new' }))).code).not.toBe(0);
    expect(text('d/a')).toBe('old');
    expect(nothingLeft()).toEqual([]);
  });

  test('sends what it is asked for, behind its size', () => {
    mkdirSync(join(guest, 'd/sub'));
    writeFileSync(join(guest, 'd/-a b'), 'x');
    writeFileSync(join(guest, 'c'), 'x'.repeat(9000));
    const { code, stdout } = run(shell, 'send', ['d', `${guest}/c`, 'd/-a b', 'd/sub/']);
    expect(code).toBe(0);
    const end = stdout.indexOf('\n');
    expect(Number(/^vivarium: (\d+)$/.exec(stdout.subarray(0, end).toString())?.[1])).toBeGreaterThanOrEqual(
      9,
    );
    const listed = execFileSync('tar', ['-t', '--ignore-zeros'], {
      input: stdout.subarray(end + 1),
    }).toString();
    expect(listed.trim().split('\n').sort()).toEqual([
      './-a b',
      './c',
      './d/',
      './d/-a b',
      './d/sub/',
      './sub/',
    ]);
  });

  test('sends the contents of a directory', () => {
    writeFileSync(join(guest, 'd/a'), 'x');
    const { stdout } = run(shell, 'send', ['d/.']);
    const listed = execFileSync('tar', ['-t', '--ignore-zeros'], {
      input: stdout.subarray(stdout.indexOf('\n') + 1),
    }).toString();
    expect(listed.trim().split('\n').sort()).toEqual(['./', './a']);
  });

  test('says what is not there before it sends anything', () => {
    const { code, stdout, stderr } = run(shell, 'send', ['d', 'no\nsuch']);
    expect([code, stdout.length]).toEqual([1, 0]);
    expect(stderr).toContain('there is no such file or directory');
  });
});
