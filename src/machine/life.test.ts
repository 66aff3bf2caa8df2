import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { identityOf } from '../host/process-identity.ts';
import { clearRemains, isLiving, parseLife, readLife, recordFailure, recordStarting } from './life.ts';
import type { Machine } from './machine.ts';

test.each<[string, ReturnType<typeof parseLife>]>([
  ['starting\n', { word: 'starting' }],
  ['running 12 345 b-o-o-t\n', { word: 'running', process: { pid: 12, started: '345', boot: 'b-o-o-t' } }],
  [
    'restarting 12 345 b-o-o-t QEMU was killed by signal 9\n',
    {
      word: 'restarting',
      process: { pid: 12, started: '345', boot: 'b-o-o-t' },
      reason: 'QEMU was killed by signal 9',
    },
  ],
  ['failed out of luck\n', { word: 'failed', reason: 'out of luck' }],
  ['failed\n', { word: 'failed', reason: '' }],
  ['', undefined],
  ['\n', undefined],
  ['dancing 12\n', undefined],
  ['runn', undefined],
])('%j is read', (text, life) => expect(parseLife(text)).toEqual(life));

describe('it lives', () => {
  const me = identityOf(process.pid);
  const home = { directory: '/', cache: '/', config: {}, env: {} };
  const here: Machine = { name: 'hello', directory: process.cwd(), home };
  const line = (word: string, { pid, started, boot } = me ?? { pid: 0, started: '', boot: '' }) =>
    parseLife(`${word} ${pid} ${started} ${boot} for a reason`);

  test('while its process does', () => {
    expect(isLiving(here, line('running'))).toBe(true);
    expect(isLiving(here, line('restarting'))).toBe(true);
  });

  test('but not in a copy of its directory', () => {
    expect(isLiving({ ...here, directory: '/' }, line('running'))).toBe(false);
  });

  test.each([
    ['nothing is said', undefined],
    ['it starts', parseLife('starting')],
    ['it has failed', parseLife('failed')],
    [
      'another process has its pid',
      line('running', { pid: process.pid, started: '1', boot: me?.boot ?? '' }),
    ],
    [
      'the host was booted since',
      line('running', { pid: process.pid, started: me?.started ?? '', boot: 'x' }),
    ],
    ['the line is cut short', parseLife('running')],
    ['the pid is none', parseLife('running x y z')],
  ])('no more where %s', (_, life) => expect(isLiving(here, life)).toBe(false));
});

describe('in a directory', () => {
  const room = testRoom();
  let machine: Machine;
  beforeEach(() => {
    machine = {
      name: 'hello',
      directory: room(),
      home: { directory: room(), cache: room(), config: {}, env: {} },
    };
  });
  const text = () => readFileSync(room('supervise', 'life'), 'utf8');

  test('of a machine that was never started, nothing is said', () =>
    expect(readLife(machine)).toBeUndefined());

  test('a start and a failure are written as a line', () => {
    recordStarting(machine);
    expect(text()).toMatch(/^starting\b.*\n$/);
    expect(readLife(machine)?.word).toBe('starting');
    recordFailure(machine, 'a reason\nof two lines');
    expect(text()).toBe('failed a reason of two lines\n');
    expect(readLife(machine)).toEqual({ word: 'failed', reason: 'a reason of two lines' });
  });

  test('what QEMU left is cleared away, and nothing else', () => {
    mkdirSync(room('supervise'));
    const remains = ['life', 'qmp', 'engine', 'monitor', 'console', 'vnc', 'ladder', 'screen.ppm'];
    for (const file of [...remains, 'status', 'lock']) writeFileSync(room('supervise', file), '');
    clearRemains(machine);
    for (const file of remains) expect(existsSync(room('supervise', file)), file).toBe(false);
    expect(existsSync(room('supervise', 'status')) && existsSync(room('supervise', 'lock'))).toBe(true);
    clearRemains(machine);
  });
});
