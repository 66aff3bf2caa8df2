import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testHome } from '../support/home.ts';

const size = /[\d.]+[KM]/g;

test('doctor says what memory, snapshots, suspended machines and frozen disks take', async () => {
  await using home = testHome();
  const { machine, snapshot, host } = home.engine;
  const found = async (what: string) =>
    (await host.doctor({})).filter((it) => it.what === what).map(({ found }) => found.replaceAll(size, 'N'));

  await machine.make({ name: 'web', image: 'tiny', memory: '128M', disk: '64M' });
  expect(await found('memory')).toEqual([]);
  await machine.start({ name: 'web' });
  expect(await found('memory')).toEqual(['N of N in use by web']);
  expect(await found('frozen disks')).toEqual([]);

  await machine.fork({ from: 'web', names: ['one', 'two'] });
  expect((await found('memory')).sort()).toEqual(['N of N in use by web', 'N of N, shared by one, two']);

  await snapshot.create({ name: 'web', snapshot: 'kept' });
  await machine.suspend({ name: 'one' });
  expect((await found('memory')).sort()).toEqual(['N of N in use by two', 'N of N in use by web']);
  expect(await found('snapshots')).toEqual(['N on disk: web@kept (N)']);
  expect(await found('suspended')).toEqual(['N on disk: one (N)']);
  expect(await found('frozen disks')).toEqual([expect.stringMatching(/^\d in .*\/\.layers, N$/)]);
});

test('doctor says which frozen disk nobody needs, and what to type', async () => {
  await using home = testHome();
  mkdirSync(home.path('.layers'));
  const disk = home.path('.layers', '0123456789abcdef.qcow2');
  writeFileSync(disk, 'left over');
  const [finding] = (await home.engine.host.doctor({})).filter(({ what }) => what === 'frozen disks');
  expect(finding).toMatchObject({
    state: 'warning',
    found: expect.stringMatching(/^1 in .*; nobody needs 1 of them, [\d.]+K$/),
    advice: expect.stringContaining(`rm ${disk}`),
  });
});
