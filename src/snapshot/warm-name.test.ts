import { expect, test } from 'vitest';
import { namePattern } from '../base/names.ts';
import { plainSettings, warmName } from './warm-name.ts';

test.each([
  [{}, 'warm-tiny'],
  [{ network: 'user' }, 'warm-tiny'],
  [{ memory: 2 ** 30, cpus: 1 }, 'warm-tiny'],
  [{ memory: 2 ** 28, cpus: 2 }, 'warm-tiny+256M+2cpus'],
  [{ disk: 2 ** 30, network: 'none' }, 'warm-tiny+1G-disk+offline'],
  [{ disk: 'none' }, 'warm-tiny+diskless'],
] as const)('%j is %s', (settings, name) => {
  expect(warmName({ image: 'tiny', ...settings })).toBe(name);
});

test('one of an image with a long name is a name, and no other one', () => {
  const image = 'a'.repeat(63);
  const names = [
    warmName({ image }),
    warmName({ image, cpus: 2 }),
    warmName({ image: `${image.slice(1)}b` }),
  ];
  for (const name of names) expect(name).toMatch(namePattern);
  expect(new Set(names).size).toBe(3);
});

test('what is as usual is the same as what is not said', () => {
  const said = { image: 'tiny', network: 'user', cpus: 1, memory: 2 ** 30 } as const;
  expect(plainSettings(said)).toEqual({ image: 'tiny' });
  expect(plainSettings({ ...said, cpus: 2 })).toEqual({ image: 'tiny', cpus: 2 });
});
