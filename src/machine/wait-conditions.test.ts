import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { Scope } from '../base/scope.ts';
import { consoleLines } from './console-lines.ts';
import { openHome } from './home.ts';
import type { Machine } from './machine.ts';
import { conditionOf } from './wait-conditions.ts';

const room = testRoom();
const log = (text: string) => appendFileSync(room('m/log/current'), text);

function machine(said: string): Machine {
  mkdirSync(room('m/log'), { recursive: true });
  writeFileSync(room('m/log/current'), said);
  return { name: 'm', directory: room('m'), home: openHome({ VMDIR: room() }) };
}

const look = async (it: Machine, what: string) => {
  const condition = await conditionOf(new Scope(), it, what);
  return () => condition.look(new Scope());
};

const earlier = 'ready\nm login: vivarium: QEMU was gone with exit code 0; down, as it was told to\n';

test('what was said before the last start does not count', async () => {
  const it = machine(`${earlier}booting\n`);
  const seen = await look(it, 'console:ready');
  expect(await seen()).toBeUndefined();
  log('ready\n');
  expect(await seen()).toBe('ready');
});

test('what was said since the last start counts, and a line that is still being written', async () => {
  const seen = await look(machine(`${earlier}one\ntwo: `), 'console:^two: $');
  expect(await seen()).toBe('two: ');
});

test('a line that comes in pieces is one line, be it through a rotation of the log', async () => {
  const seen = await look(machine('user sp'), 'console:^user space$');
  expect(await seen()).toBeUndefined();
  log('a');
  renameSync(room('m/log/current'), room('m/log/previous'));
  writeFileSync(room('m/log/current'), 'ce\r\n');
  expect(await seen()).toBe('user space');
});

test('colours do not keep a line from matching', async () => {
  const seen = await look(machine('[ \u001b[32mOK\u001b[0m ] up\n'), 'console:^\\[ OK \\] up$');
  expect(await seen()).toBe('[ OK ] up');
});

test.each([
  'm login: ',
  'root@m:~# ',
  '$ ',
  'x\nvivarium: ready\nmore\n',
  '/ # [    1.970914] tsc: Refined TSC\n[    1.971342] clocksource: tsc\n',
])('%j shows a boot', async (said) => {
  expect(await (await look(machine(said), 'boot'))()).toBeDefined();
});

test.each(['GRUB loading\n', 'login: \n', '# comment\n'])('%j shows none', async (said) => {
  expect(await (await look(machine(said), 'boot'))()).toBeUndefined();
});

test('an expression that is none is refused', async () => {
  await expect(conditionOf(new Scope(), machine(''), 'console:((')).rejects.toMatchObject({
    code: 'parameter-invalid',
  });
});

test('an expression that a guest keeps busy is given up', async () => {
  const seen = await look(machine(`${'a'.repeat(3000)}!\n`), 'console:^(a+)+$');
  await expect(seen()).rejects.toMatchObject({ code: 'parameter-invalid' });
});

test('of a line without end only the last part is kept', () => {
  const lines = consoleLines(machine('x'.repeat(3_000_000)));
  expect(lines().map(({ length }) => length)).toEqual([4096]);
  log('y'.repeat(10));
  expect(lines().at(-1)).toMatch(/^x{4086}y{10}$/);
});
