import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { Scope } from '../base/scope.ts';
import type { Config } from './config.ts';
import { make } from './make.ts';
import type { MakeParameters } from './new-spec.ts';

const room = testRoom();

const home = (config: Config) => ({ directory: room('vms'), cache: room('cache'), config, env: {} });
const makeHello = (config: Config, parameters: Partial<MakeParameters> = {}) =>
  make(new Scope(), home(config), { name: 'hello', ...parameters });
const spec = () => readFileSync(room('vms', 'hello', 'machine.yaml'), 'utf8');

test('how long to wait is what the configuration says', async () => {
  await makeHello({ VMCONF_DEFAULT_WAIT: '90', VMCONF_DEFAULT_DRIVE: 'none' });
  expect(spec()).toContain('stopWait: 90s\n');
  expect(spec()).not.toContain('disks');
});

test('unless it is asked for, or the configuration says nothing', async () => {
  await makeHello({ VMCONF_DEFAULT_WAIT: '90' }, { wait: 5000, disk: 'none' });
  expect(spec()).toContain('stopWait: 5s\n');
});

test('an empty value says nothing', async () => {
  await makeHello({ VMCONF_DEFAULT_WAIT: '' }, { disk: 'none' });
  expect(spec()).not.toContain('stopWait');
});

test.each<[keyof Config, string]>([
  ['VMCONF_DEFAULT_DRIVE', '20 gigs'],
  ['VMCONF_DEFAULT_WAIT', 'a while'],
])('%s=%j is refused by its name, and nothing is made', async (variable, value) => {
  await expect(makeHello({ [variable]: value })).rejects.toMatchObject({
    code: 'setting-invalid',
    message: expect.stringContaining(`${variable} is "${value}"`),
  });
  expect(existsSync(room('vms', 'hello'))).toBe(false);
});
