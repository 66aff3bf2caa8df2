import { expect, test } from 'vitest';
import { readArguments } from './arguments.ts';
import { commands } from './commands.ts';

const make = (...words: string[]) => readArguments('make', commands.make, ['hello', ...words]).values;

test('a list of names is split at commas, and can be repeated', () =>
  expect(make('-t', 'kvm,mem', '-t', 'vga-qxl').template).toEqual(['kvm', 'mem', 'vga-qxl']));

test('a comma in a path stays', () =>
  expect(make('--share', '/tmp/a,b', '--share', '/c').share).toEqual(['/tmp/a,b', '/c']));
