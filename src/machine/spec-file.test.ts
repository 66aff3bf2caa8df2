import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { testRoom } from '../../test/support/room.ts';
import { editSpec, parseSpec, parseValue, readSpec } from './spec-file.ts';

const file = 'hello/machine.yaml';
const read = (text: string) => parseSpec(text, file);
const edit = (text: string, path: string, value?: unknown) => editSpec(text, file, path, value);

test('a spec is read in bytes, milliseconds and parts', () => {
  const spec = read(`# a comment
version: 1
memory: 512M
stopWait: 2m
networks:
  - forwards: [2222:22]
arguments: [-snapshot]
`);
  expect(spec).toMatchObject({ memory: 2 ** 29, stopWait: 120_000, arguments: ['-snapshot'] });
  expect(spec.networks[0]?.forwards).toEqual([
    { protocol: 'tcp', address: '127.0.0.1', host: 2222, guest: 22 },
  ]);
});

test('YAML anchors may be used', () => {
  const { disks } = read('version: 1\ndisks:\n  - &a { file: a.qcow2 }\n  - *a\n');
  expect(disks.map((disk) => disk.file)).toEqual(['a.qcow2', 'a.qcow2']);
});

describe('a fault is told with its line and column:', () => {
  const lol = [
    'a: &a [x, x, x, x, x, x, x, x, x, x]',
    ...[...'bcd'].map((it, n) => `${it}: &${it} [${Array(10).fill(`*${'abc'[n]}`).join(', ')}]`),
  ].join('\n');

  test.each<[what: string, text: string, line: number, column: number, problem: RegExp]>([
    ['nothing', '', 1, 1, /^must hold keys/],
    ['no keys', '- a\n- b', 1, 1, /^must hold keys/],
    ['an open list', 'version: 1\narguments: [a', 2, 14, /\]/],
    ['a tab', '\tversion: 1', 1, 1, /^Tabs/],
    ['a key twice', 'version: 1\nmemory: 1G\nmemory: 2G', 3, 1, /unique/],
    ['two documents', 'version: 1\n---\nversion: 1', 2, 1, /^there is a second document/],
    ['an unknown anchor', 'version: 1\nappend: *foo', 2, 9, /^there is no anchor &foo$/],
    ['a bomb of aliases', `version: 1\n${lol}`, 1, 1, /^has too many aliases$/],
    ['no version', 'memory: 1G', 1, 1, /^version is wrong/],
    ['a version as text', 'version: "1"', 1, 10, /^version is wrong: expected 1$/],
    ['a version below the first', 'version: 0', 1, 10, /^version is wrong/],
    [
      'an unknown key',
      'version: 1\nmemroy: 1G',
      2,
      1,
      /^there is no key memroy \(perhaps memory is meant\)$/,
    ],
    ['an unknown key that is a number', 'version: 1\n\n17: x', 3, 1, /^there is no key 17$/],
    [
      'an unknown key further in',
      'version: 1\ndisks:\n  - file: a\n    fromat: raw',
      4,
      5,
      /^disks\.0: there is no key fromat \(perhaps format is meant\)$/,
    ],
    ['a wrong type', 'version: 1\ncpus: two', 2, 7, /^cpus must be a number$/],
    ['too small a number', 'version: 1\ncpus:   0', 2, 9, /^cpus must be at least 1$/],
    ['a wrong size', 'version: 1\nmemory: lots', 2, 9, /^memory must be a size in whole MiB/],
    ['a size of another type', 'version: 1\nmemory: [1G]', 2, 9, /^memory must be a size/],
    [
      'a wrong choice',
      'version: 1\ndisks:\n  - file: a\n    format: vmdk',
      4,
      13,
      /^disks\.0\.format is wrong: .*"qcow2"\|"raw"$/,
    ],
    ['a missing key', 'version: 1\ndisks:\n  - format: raw', 3, 5, /^disks\.0\.file is missing$/],
    [
      'an item of a list',
      'version: 1\nnetworks:\n  - forwards: [2222:22, 99999:1]',
      3,
      25,
      /^networks\.0\.forwards\.1 must be a forward/,
    ],
    ['a map in place of a list', 'version: 1\ndisks: {}', 2, 8, /^disks must be a list$/],
    [
      'an address that is none',
      'version: 1\nnetworks:\n  - mac: x',
      3,
      10,
      /^networks\.0\.mac must be an address/,
    ],
    ['null', 'version: 1\nappend: ~', 2, 9, /^append must be text$/],
  ])('%s', (_, text, line, column, problem) =>
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        code: 'spec-invalid',
        details: { file, line, column, problem: expect.stringMatching(problem) },
      }),
    ),
  );
});

test('a newer version is refused as that, whatever else it holds', () =>
  expect(() => read('version: 2\nunheard: of')).toThrow(
    expect.objectContaining({ code: 'spec-newer', details: { file, version: 2, known: 1 } }),
  ));

describe('an edit', () => {
  const text = `# what it is
version: 1 # the first

memory: 1G # enough
# the outside
networks:
  - mode: user
    # ssh
    forwards:
      - 2222:22
`;

  test.each<[string, string, unknown, string, string]>([
    ['changes a value', 'memory', '2G', 'memory: 1G', 'memory: 2G'],
    ['puts a list in the place of a value', 'networks.0.mode', ['user'], 'mode: user', 'mode:\n      - user'],
    ['changes an item of a list', 'networks.0.forwards.0', '2022:22', '- 2222:22', '- 2022:22'],
    ['takes a key away', 'memory', undefined, '\nmemory: 1G # enough\n', ''],
    ['adds a key at the end', 'cpus', 2, '      - 2222:22\n', '      - 2222:22\ncpus: 2\n'],
    ['adds an item to a list', 'networks.0.forwards.1', '1:1', '- 2222:22\n', '- 2222:22\n      - 1:1\n'],
    [
      'adds what holds the key',
      'disks.0.file',
      'a b',
      '      - 2222:22\n',
      '      - 2222:22\ndisks:\n  - file: a b\n',
    ],
    ['leaves away what is not there', 'cdrom', undefined, '', ''],
    ['leaves away what is nowhere', 'memory.lots', undefined, '', ''],
  ])('%s and keeps comments and order', (_, path, value, was, is) =>
    expect(edit(text, path, value)).toBe(text.replace(was, is)),
  );

  test('writes text so that it is read back as text', () => {
    for (const append of ['', '1', 'true', 'a: b', '# x', 'ü "\' \\', 'a\nb', '2222:22', ' x ']) {
      expect(read(edit('version: 1\n', 'append', append)).append).toBe(append);
    }
  });

  test('of a value that has no keys is refused', () =>
    expect(() => edit(text, 'memory.lots', 1)).toThrow(
      expect.objectContaining({
        code: 'parameter-invalid',
        details: expect.objectContaining({ parameter: 'memory.lots' }),
      }),
    ));

  test.each(['a: [', '- a', '', '*a'])('of %j, which is no spec, is refused', (broken) =>
    expect(() => edit(broken, 'memory', '1G')).toThrow(expect.objectContaining({ code: 'spec-invalid' })),
  );
});

test.each<[string, unknown]>([
  ['', ''],
  ['2', 2],
  ['2G', '2G'],
  ['true', true],
  ['[a, 1]', ['a', 1]],
  ['2222:22', '2222:22'],
  ['52:54:00:12:34:56', '52:54:00:12:34:56'],
  ['a: b: c', 'a: b: c'],
  ['*x', '*x'],
  ['"quoted"', 'quoted'],
  ["it's", "it's"],
])('the value %j of a command line is %j', (text, value) =>
  expect(parseValue('networks', text)).toEqual(value),
);

test.each([
  ['append', 'quiet #x'],
  ['append', '1'],
  ['append', '"quoted"'],
  ['networks.0.mac', 'null'],
  ['disks.0.file', 'a: b'],
  ['arguments.0', 'true'],
])('%s takes the text %j as it is, and gives it back', (path, text) => {
  const value = parseValue(path, text);
  expect(value).toBe(text);
  expect(parse(edit('version: 1\nappend: 2 # a comment\n', path, value))).toMatchObject(nested(path, text));
});

/** `{ disks: [{ file: value }] }` for `disks.0.file`. */
const nested = (path: string, value: unknown) =>
  path
    .split('.')
    .reverse()
    .reduce((inner: unknown, key) => (key === '0' ? [inner] : { [key]: inner }), value) as object;

describe('in a directory', () => {
  const room = testRoom();
  const machine = () => ({
    name: 'hello',
    directory: room('hello'),
    home: { directory: room(), cache: room('cache'), config: {}, env: {} },
  });

  test('the spec is machine.yaml, and a machine without one was made by runit-vm', () => {
    mkdirSync(room('hello'));
    expect(readSpec(machine())).toBeUndefined();
    writeFileSync(room('hello', 'machine.yaml'), 'version: 1\ncpus: 3\n');
    expect(readSpec(machine())).toMatchObject({ cpus: 3 });
  });

  test('a fault names machine and file', () => {
    mkdirSync(room('hello'));
    writeFileSync(room('hello', 'machine.yaml'), 'version: 1\ncpus: no\n');
    expect(() => readSpec(machine())).toThrow('hello/machine.yaml, line 2, column 7: cpus must be a number');
  });
});
