import { describe, expect, test } from 'vitest';
import { isVivariumError } from '../base/errors.ts';
import { parseCartridge } from './cartridge-file.ts';

const whole = `version: 1
name: homerchy
builder:
  debian-live:
    release: bookworm
    mirror: file:///srv/mirror
    kernel: linux-image-cloud-amd64
    packages: [openssh-server]
    user: me
    hostname: home
    label: HOME
    append: quiet
    commands: [systemctl enable ssh]
    compression: 19
work: [build/work, build/more]
cache: build/cache
output: out/*.iso
inject:
  - { from: ., to: /root/homerchy, exclude: [build, '*.o'] }
env: { TESTING: '1' }
run:
  memory: 4G
  cpus: 4
  firmware: uefi
  direct: false
  append: quiet
  disk: [100G, disk.qcow2]
  display: gtk
  forward: ['2222:22']
  share: [src:src:ro]
  inject: ['a:/b']
  network: user
  timing: true
`;

test('a cartridge may have every key', () => {
  const { builder, run } = parseCartridge(whole, 'cartridge.yaml');
  expect(builder['debian-live']).toMatchObject({ user: 'me', compression: 19 });
  expect(run).toMatchObject({ memory: 4 * 2 ** 30, disk: ['100G', 'disk.qcow2'] });
});

test('a cartridge may have version and a builder alone', () => {
  const cartridge = parseCartridge('version: 1\nbuilder: { command: make iso }', 'cartridge.yaml');
  expect(cartridge).toEqual({ version: 1, builder: { command: 'make iso' }, inject: [], env: {}, run: {} });
});

describe('what is wrong is said with its place:', () => {
  const builder = 'version: 1\nbuilder: { command: make }\n';
  test.each<[string, string, number, number, RegExp]>([
    ['no version', 'builder: { command: make }', 1, 1, /^version is/],
    ['another version', 'version: 2\nbuilder: { command: make }', 1, 10, /^version /],
    ['no builder', 'version: 1', 1, 1, /^builder is missing$/],
    ['an empty builder', 'version: 1\nbuilder: {}', 2, 10, /^builder must be one of command, debian-live/],
    [
      'two builders',
      'version: 1\nbuilder: { command: a, mkosi: {} }',
      2,
      10,
      /^builder must be one of command, /,
    ],
    [
      'an unknown builder',
      'version: 1\nbuilder:\n  mkarchsio: {}',
      3,
      3,
      /^builder: there is no key mkarchsio \(perhaps mkarchiso is meant\)$/,
    ],
    ['an unknown key', `${builder}injects: []`, 3, 1, /no key injects \(perhaps inject is meant\)/],
    [
      'an unknown key of run',
      `${builder}run:\n  memry: 2G`,
      4,
      3,
      /^run: there is no key memry \(perhaps memory is meant\)$/,
    ],
    ['work above the project', `${builder}work: ../work`, 3, 7, /^work must be a path below the project/],
    ['work that leaves the project', `${builder}work: a/../../b`, 3, 7, /^work must be a path below/],
    ['absolute work', `${builder}work: /tmp`, 3, 7, /^work must be a path below/],
    ['the project as work', `${builder}work: ./.`, 3, 7, /^work must be a path below/],
    ['git as work', `${builder}work: ./.git/x`, 3, 7, /^work must be a path below/],
    ['no work', `${builder}work: ''`, 3, 7, /^work must be a path$/],
    ['no cache among some', `${builder}cache: [a, '']`, 3, 12, /^cache\.1 must be a path$/],
    ['a place that is relative', `${builder}inject: [{ from: a, to: b }]`, 3, 25, /must be an absolute path/],
    ['a number as variable', `${builder}env: { A: 1 }`, 3, 11, /^env\.A must be text: put it in quotes$/],
    [
      'a variable of no shell',
      `${builder}env: { A-B: x }`,
      3,
      13,
      /^env\.A-B must be named as a shell has its variables$/,
    ],
    ['memory', `${builder}run: { memory: much }`, 3, 16, /^run\.memory must be a size/],
    [
      'several outputs of one builder',
      'version: 1\nbuilder: { debian-live: {} }\noutput: "**/*.iso"',
      3,
      9,
      /^output must name one file/,
    ],
    [
      'a label',
      'version: 1\nbuilder:\n  debian-live: { label: "a b" }',
      3,
      25,
      /^builder\.debian-live\.label must be/,
    ],
  ])('%s', (_, text, line, column, problem) => {
    let error: unknown;
    try {
      parseCartridge(text, '/p/cartridge.yaml');
    } catch (thrown) {
      error = thrown;
    }
    expect(isVivariumError(error, 'cartridge-invalid') && error.details).toEqual({
      ...{ file: '/p/cartridge.yaml', line, column },
      problem: expect.stringMatching(problem),
    });
  });
});
