import { expect, test } from 'vitest';
import { bootTiny } from '../support/guest.ts';
import { testHome } from '../support/home.ts';
import { testProject } from '../support/project.ts';

test('eject powers off what was started for the cartridge, and no other machine', async () => {
  await using home = testHome();
  const project = testProject(home);
  await bootTiny(home, 'ours');
  await home.engine.machine.fork({ from: 'ours', names: ['other'] });
  await home.engine.machine.set({ name: 'ours', changes: [`cartridge=${project.directory}`] });
  const { items } = await home.engine.cartridge.eject({ directory: project.directory });
  expect(items).toEqual([{ what: 'machine', name: 'ours', done: 'stopped' }]);
  const states = (await home.engine.machine.list({})).map(({ name, state }) => `${name} ${state}`);
  expect(states.sort()).toEqual(['other running', 'ours stopped']);
});
