import { expect, test } from 'vitest';
import { lastName, meansContents, parseCopyPlace } from './copy-place.ts';

test.each([
  ['hello:/etc/hosts', { machine: 'hello', path: '/etc/hosts' }],
  ['hello:notes', { machine: 'hello', path: 'notes' }],
  ['hello:', { machine: 'hello', path: '.' }],
  ['hello:~', { machine: 'hello', path: '.' }],
  ['hello:~/a b', { machine: 'hello', path: 'a b' }],
  ['hello:~me/a', { machine: 'hello', path: '~me/a' }],
  ['hello:a:b\nc', { machine: 'hello', path: 'a:b\nc' }],
  ['hello:-x', { machine: 'hello', path: '-x' }],
  ['notes', { path: 'notes' }],
  ['./hello:notes', { path: './hello:notes' }],
  ['/a/hello:notes', { path: '/a/hello:notes' }],
  [':notes', { path: ':notes' }],
])('%j is %j', (text, place) => expect(parseCopyPlace(text)).toEqual(place));

test.each(['.', '..', 'a/.', 'a/..', '/', '//'])('%s means what is in it', (path) =>
  expect(meansContents(path)).toBe(true),
);

test.each(['a', 'a/', '.a', 'a.', 'a/.b', 'a/b..', '...'])('%s means the thing', (path) =>
  expect(meansContents(path)).toBe(false),
);

test.each([
  ['/a/b', 'b'],
  ['a//', 'a'],
  ['a\n/b\nc', 'b\nc'],
  ['/', ''],
])('the last name of %j is %j', (path, name) => expect(lastName(path)).toBe(name));
