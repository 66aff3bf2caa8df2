import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { isVivariumError } from '../base/errors.ts';
import { openCartridge } from './cartridge.ts';
import { initCartridge } from './init.ts';

const room = testRoom();

test.each<[string, string[], object]>([
  ['an archiso profile', ['profiledef.sh'], { mkarchiso: { profile: '.' } }],
  [
    'an archiso profile further below',
    ['iso/my profile/profiledef.sh'],
    { mkarchiso: { profile: 'iso/my profile' } },
  ],
  ['live-build', ['config/package-lists/my.list.chroot'], { 'live-build': {} }],
  ['live-build by its script', ['auto/config', 'build.sh'], { 'live-build': {} }],
  ['mkosi', ['mkosi.conf'], { mkosi: { arguments: [] } }],
  ['a script', ['build.sh'], { command: './build.sh' }],
  ['a Makefile', ['Makefile', 'build.sh'], { command: 'make iso' }],
  ['nothing', ['README', 'config/settings.json'], { 'debian-live': { packages: [], user: 'user' } }],
])('a project with %s gets the cartridge for it, which can be read', (_, files, builder) => {
  for (const file of files) {
    mkdirSync(dirname(room(file)), { recursive: true });
    writeFileSync(room(file), 'all:\n\niso: all\n');
    chmodSync(room(file), 0o755);
  }
  initCartridge(room());
  const { how } = openCartridge(room()).builder;
  const [[kind, value]] = Object.entries(builder) as [[string, { profile?: string }]];
  if (kind === 'debian-live') expect(how).toMatchObject({ live: value });
  else {
    const argv = 'argv' in how ? how.argv({ work: '/w', output: '/o' }) : [];
    expect(argv.join(' ')).toContain({ mkarchiso: ` -o /o ${value.profile}` }[kind] ?? argvOf[kind] ?? value);
  }
});

const argvOf: Record<string, string> = {
  'live-build': 'lb clean; lb config; lb build',
  mkosi: '--workspace-dir=/w --output-dir=/o',
};

test('a script that cannot be executed is given to sh', () => {
  writeFileSync(room('build.sh'), 'true');
  initCartridge(room());
  const { title, work } = openCartridge(room()).builder;
  expect([title, work]).toEqual(['sh build.sh', ['work']]);
});

test('a cartridge that is there stays as it is', () => {
  initCartridge(room());
  writeFileSync(room('cartridge.yaml'), 'mine');
  let error: unknown;
  try {
    initCartridge(room());
  } catch (thrown) {
    error = thrown;
  }
  expect(isVivariumError(error, 'cartridge-exists')).toBe(true);
});
