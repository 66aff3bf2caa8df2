import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { entryFor, factsOf, findEntry, readCatalogue } from './catalogue.ts';
import { isPattern } from './file-pattern.ts';

const room = testRoom();
const shipped = () => readCatalogue(room('none'));

describe('the catalogue that is shipped', () => {
  test.each(Object.entries(readCatalogue('/nonexistent')))('%s can be verified and used', (_, entry) => {
    expect(entry.directory).toMatch(/^https:/);
    expect(entry.checksums).toBeDefined();
    expect(URL.canParse(entry.directory)).toBe(true);
    if (entry.kind === 'disk') expect([entry.seed, entry.user]).toEqual(['cloud-init', expect.any(String)]);
    // A list for the one file, or a list in which the file is found by its pattern.
    if (isPattern(entry.checksums ?? '')) expect(isPattern(entry.file)).toBe(true);
  });

  test('tells the facts of a file that was loaded otherwise', () => {
    const known = (file: string) => factsOf(entryFor(shipped(), file), {});
    expect(known('debian-12-generic-amd64.qcow2')).toMatchObject({ user: 'debian', seed: 'cloud-init' });
    expect(known('nocloud_alpine-3.23.4-x86_64-bios-cloudinit-r0.qcow2').user).toBe('alpine');
    expect(known('disk.img')).toMatchObject({ user: undefined, seed: undefined });
  });

  test('what is told goes before what it knows', () => {
    const entry = findEntry(shipped(), 'debian-12');
    expect(factsOf(entry, { user: 'me', cloudInit: false })).toMatchObject({ user: 'me', seed: 'none' });
  });
});

test('a name that it does not have is answered with similar ones', () => {
  expect(() => findEntry(shipped(), 'debain-12')).toThrow('The catalogue has no image debain-12.');
  expect(() => findEntry(shipped(), 'constructor')).toThrow('The catalogue has no image constructor.');
});

describe("the user's own", () => {
  test('adds to it and takes the place of entries', () => {
    const entry = 'about: Mine\n  directory: http://mirror/\n  file: disk.img\n';
    writeFileSync(room('own'), `mine:\n  ${entry}debian-12:\n  ${entry}`);
    const catalogue = readCatalogue(room('own'));
    expect(catalogue.mine).toMatchObject({ kind: 'disk', seed: 'none' });
    expect(catalogue['debian-12']?.about).toBe('Mine');
    expect(catalogue['debian-13']).toBeDefined();
  });

  test.each([
    ['a: {about: x, directory: "http://a/", file: ../x}', 'a.file'],
    ['a: {about: x, directory: "ftp://a/", file: x}', 'a.directory'],
    ['a: {about: x, directory: "http://a/", file: x, usr: y}', 'Unrecognized key'],
    ['../a: {about: x, directory: "http://a/", file: x}', '../a'],
    ['a: [', 'Flow'],
  ])('%s is refused with the place', (text, place) => {
    writeFileSync(room('own'), text);
    expect(() => readCatalogue(room('own'))).toThrow(place);
  });
});
