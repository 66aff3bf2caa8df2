import { expect, test } from 'vitest';
import { readArguments } from './arguments.ts';
import { commands } from './commands.ts';

const make = (...words: string[]) => readArguments('make', commands.make, ['hello', ...words]).values;

test('a list of names is split at commas, and can be repeated', () =>
  expect(make('-t', 'kvm,mem', '-t', 'vga-qxl').template).toEqual(['kvm', 'mem', 'vga-qxl']));

test('a comma in a path stays', () =>
  expect(make('--share', '/tmp/a,b', '--share', '/c').share).toEqual(['/tmp/a,b', '/c']));

const exec = (...words: string[]) => readArguments('exec', commands.exec, words).values;

test.each<[string, string[], object]>([
  [
    'a command behind --',
    ['m', '--', 'ls', '-l', '--', '-i'],
    { name: 'm', command: ['ls', '-l', '--', '-i'] },
  ],
  ['a command without', ['m', 'ls', '-i', '--help'], { name: 'm', command: ['ls', '-i', '--help'] }],
  [
    'flags before the name',
    ['-i', '-u', 'me', 'm', 'ls'],
    { name: 'm', input: true, user: 'me', command: ['ls'] },
  ],
  ['flags behind it', ['m', '-e', 'A=b', '--cwd=/tmp', 'ls'], { env: ['A=b'], cwd: '/tmp', command: ['ls'] }],
  ['no command', ['m'], { name: 'm', command: [] }],
])('%s', (_, words, values) => expect(exec(...words)).toMatchObject(values));

test('what is none of its flags goes to the program, as it is', () => {
  const words = ['--json', 'm', '-l', 'me', '-L', '1:b:2', '-p', '3', 'ls'];
  const { values, json } = readArguments('ssh', commands.ssh, words);
  expect(values).toEqual({ name: 'm', user: 'me', command: ['-L', '1:b:2', '-p', '3', 'ls'] });
  expect(json).toBe(true);
  expect(readArguments('boot', commands.boot, ['m', '-snapshot', '--json']).values.arguments).toEqual([
    '-snapshot',
    '--json',
  ]);
});

test('a flag that is none is refused before the name', () =>
  expect(() => exec('--bogus', 'm', 'ls')).toThrow('--bogus'));
