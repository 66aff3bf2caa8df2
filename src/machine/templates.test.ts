import { mkdirSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import type { Home } from './home.ts';
import type { Machine } from './machine.ts';
import {
  availableTemplates,
  chosenTemplates,
  readTemplate,
  stockTemplate,
  templatesOf,
  topicOf,
} from './templates.ts';
import { splitWords } from './words.ts';

const room = testRoom();
let home: Home;
let machine: Machine;
beforeEach(() => {
  home = { directory: room(), cache: room('cache'), config: {}, env: { HOME: '/home/me', ISO: 'a b.iso' } };
  machine = { name: 'hello', directory: room('hello'), home };
});

function write(directory: string, files: Record<string, string>): void {
  mkdirSync(room(directory), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(room(directory, name), text);
}

test.each([
  [[], []],
  [
    ['kvm', 'mem'],
    ['kvm', 'mem'],
  ],
  [['mem', 'mem-4g'], ['mem-4g']],
  [['mem-4g', 'mem-8g', 'mem'], ['mem']],
  [
    ['mem', 'net-user-virtio', 'mem-4g', 'kvm'],
    ['mem-4g', 'net-user-virtio', 'kvm'],
  ],
  [['kvm', 'kvm'], ['kvm']],
  [
    ['drive', 'drive-virtio', 'driver'],
    ['drive-virtio', 'driver'],
  ],
])('of %j remain %j: a later one replaces those of its topic', (names, chosen) =>
  expect(chosenTemplates(names)).toEqual(chosen),
);

test.each([
  ['mem-4g', 'mem'],
  ['mem', 'mem'],
  ['net-user-virtio', 'net'],
])('%s is about %s', (name, topic) => expect(topicOf(name)).toBe(topic));

describe('those of a machine', () => {
  test('are joined by their names, and once comes last', () => {
    write('hello/templates', {
      once: '',
      zebra: '',
      mem: '',
      'mem-4g': '',
      '.hidden': '',
      'a~': '',
      'a b': '',
    });
    expect(templatesOf(machine)).toEqual(['mem', 'mem-4g', 'zebra', 'once']);
  });

  test('are none where there is no such directory', () => expect(templatesOf(machine)).toEqual([]));

  test('are read as words, with variables and without running anything', () => {
    write('hello/templates', { cd: '# the CD\n-cdrom "$ISO"\n-boot order=d # once\n' });
    expect(readTemplate(machine, 'cd')).toEqual({
      source: 'templates/cd',
      args: ['-cdrom', 'a b.iso', '-boot', 'order=d'],
    });
  });

  test('are told with file and line where they are wrong', () => {
    write('hello/templates', { bad: '-m 2G\n-append "\n$(reboot)"\n' });
    expect(() => readTemplate(machine, 'bad')).toThrow(
      expect.objectContaining({
        code: 'template-invalid',
        details: expect.objectContaining({ file: 'hello/templates/bad', line: 3 }),
      }),
    );
  });
});

describe('those to choose from', () => {
  test("are runit-vm's own and ours, by name, each once", () => {
    write('.default/templates', { mine: '', mem: '', '.x': '' });
    write('default/templates', { older: '' });
    const names = availableTemplates(home);
    expect(names).toEqual([...new Set(names)].sort());
    expect(names).toEqual(expect.arrayContaining(['mine', 'older', 'mem', 'kvm', 'net-user-virtio']));
    expect(names).not.toContain('.x');
  });

  test("are taken from runit-vm's own first", () => {
    write('default/templates', { mem: '-m 1G\n', older: 'b\n' });
    write('.default/templates', { mem: '-m 7G\n' });
    expect(stockTemplate(home, 'mem')).toBe('-m 7G\n');
    expect(stockTemplate(home, 'older')).toBe('b\n');
    expect(stockTemplate(home, 'kvm')).toBe('-enable-kvm\n');
  });

  test.each(['none', '../default/templates/mem', '.x', ''])('are not %j', (name) => {
    write('default/templates', { mem: '', '.x': '' });
    expect(() => stockTemplate(home, name)).toThrow(
      expect.objectContaining({
        code: 'template-not-found',
        details: { name, available: expect.arrayContaining(['mem', 'kvm']) },
      }),
    );
  });

  test('that we ship are words that begin with an option', () => {
    for (const name of availableTemplates(home)) {
      const args = splitWords(
        stockTemplate(home, name),
        {},
        (line, problem) => new Error(`${name}, ${line}: ${problem}`),
      );
      expect(args[0], name).toMatch(/^-/);
    }
  });
});
