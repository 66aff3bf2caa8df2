import { expect, test } from 'vitest';
import { typed } from './typed.ts';

test('is what one would type', () => {
  const parameters = {
    name: 'web',
    image: 'tiny',
    cpus: 2,
    forward: ['8080:80', 'auto:22'],
    autostart: true,
  };
  expect(typed(parameters)).toBe(
    'vm make web --image tiny --cpus 2 --forward 8080:80 --forward auto:22 --autostart',
  );
});

test('quotes what a shell would part, and shows no password', () => {
  expect(typed({ name: 'a', iso: '/srv/my iso', password: 'secret' })).toBe(
    "vm make a '/srv/my iso' --password …",
  );
});
