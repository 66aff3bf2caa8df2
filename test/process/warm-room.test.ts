import { utimesSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Scope } from '../../src/index.ts';
import { openHome } from '../../src/machine/home.ts';
import { makeRoom } from '../../src/snapshot/warm-room.ts';
import { testHome } from '../support/home.ts';

test('of sixteen machines that are kept warm the one goes that was not used for longest, and no other machine', async () => {
  await using home = testHome();
  const names = Array.from({ length: 16 }, (_, number) => `warm-${number + 1}`);
  await home.engine.machine.make({ name: 'old', disk: 'none' });
  for (const [age, name] of names.entries()) {
    await home.engine.machine.make({ name, disk: 'none' });
    writeFileSync(home.path(name, 'warm'), '');
    utimesSync(home.path(name, 'warm'), 1000 - age, 1000 - age);
  }
  const left = async () => {
    await makeRoom(new Scope(), openHome(home.env));
    return (await home.engine.machine.list({})).map(({ name }) => name);
  };
  const kept = ['old', ...names.slice(0, -1)].sort();
  expect(await left()).toEqual(kept);
  expect(await left()).toEqual(kept);
});
