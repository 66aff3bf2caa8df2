import { expect, test } from 'vitest';
import { type Route, readRoute, writeRoute } from './route.ts';

test('reads what it has written', () => {
  const routes: Route[] = [
    { place: 'shelf' },
    { place: 'machine', name: 'web', tab: 'console' },
    { place: 'machine', name: 'a b/c%', tab: 'snapshots' },
    { place: 'make' },
    { place: 'make', image: 'tiny' },
    { place: 'images' },
    { place: 'tokens' },
    { place: 'audit' },
  ];
  expect(routes.map((route) => readRoute(writeRoute(route)))).toEqual(routes);
});

test('opens a machine at its console where no tab is named, or none that there is', () => {
  expect(readRoute('/machines/web')).toEqual({ place: 'machine', name: 'web', tab: 'console' });
  expect(readRoute('/machines/web/kitchen')).toEqual({ place: 'machine', name: 'web', tab: 'console' });
});

test('leads to the shelf from anywhere else', () => {
  for (const address of ['', '/', '/nowhere', '/machines', '/machines/', '/%zz', '?image=a']) {
    expect(readRoute(address)).toEqual({ place: 'shelf' });
  }
});
