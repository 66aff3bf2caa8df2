import { expect, test } from 'vitest';
import { hostsServed, parseHostName } from './address.ts';

test.each(['box', 'Box.lan', 'my_box', 'a-b.example', '10.0.0.1', 'box.'])('%s may be allowed', (name) => {
  expect(hostsServed([], [parseHostName(name)])(name.toLowerCase())).toBe(true);
});

test.each(['http://box', 'box:99', '*.lan', '', 'a b', 'b\u00fccher.example', 'box/x'])(
  '%j could never be named, and is refused',
  (name) => expect(() => parseHostName(name)).toThrow('--allow-host must be a name alone'),
);
