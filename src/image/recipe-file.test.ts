import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { isVivariumError } from '../base/errors.ts';
import { isRecipeFile, parseRecipe, readRecipe } from './recipe-file.ts';
import { recipeFiles } from './recipe-files.ts';
import { digestFiles, listOf, type TreeFile } from './tree-files.ts';

const room = testRoom();

const whole = `base: debian
name: web
release: bookworm
mirror: file:///srv/mirror
kernel: linux-image-amd64
packages: [nginx, git=1:2.39.5-0+deb12u2]
size: 20G
hostname: web
user: me
files:
  - { from: site, to: /srv/site, owner: "me:me" }
  - { from: hello, to: /usr/local/bin/, mode: "0755" }
run:
  - systemctl enable nginx
`;

test('a recipe may have every key', () => {
  expect(parseRecipe(whole, 'a.yaml')).toMatchObject({ name: 'web', size: 20 * 2 ** 30, user: 'me' });
});

test('a recipe may have base alone, and is called as its file then', () => {
  const recipe = parseRecipe('base: debian', '/some/where/shop.yml');
  expect(recipe).toEqual({ base: 'debian', name: 'shop', packages: [], files: [], run: [] });
});

describe('what is wrong is said with its place:', () => {
  test.each<[string, string, number, number, RegExp]>([
    ['no YAML', 'base: [', 1, 8, /./],
    ['a list', '- debian', 1, 1, /^must hold keys/],
    ['no base', 'name: web', 1, 1, /^base is/],
    ['another base', 'base: arch', 1, 7, /^base is wrong/],
    ['an unknown key', 'base: debian\npackage: [x]', 2, 1, /^there is no key package \(perhaps packages/],
    [
      'an unknown key of a file',
      'base: debian\nfiles:\n  - { from: a, too: /b }',
      3,
      16,
      /^files\.0: there is no key too \(perhaps to is meant\)$/,
    ],
    ['an option as a package', 'base: debian\npackages: [-y]', 2, 12, /^packages\.0 must be a package/],
    [
      'a mode as a number',
      'base: debian\nfiles: [{ from: a, to: /b, mode: 0644 }]',
      2,
      34,
      /^files\.0\.mode/,
    ],
    ['a relative target', 'base: debian\nfiles: [{ from: a, to: b }]', 2, 24, /must be an absolute path$/],
    ['a user that is shell', 'base: debian\nuser: me;reboot', 2, 7, /^user must be a user name/],
    ['a mirror that is an option', 'base: debian\nmirror: --x', 2, 9, /^mirror must be a URI$/],
    ['a name with a slash', 'base: debian\nname: ../x', 2, 7, /^name must be the name of an image$/],
  ])('%s', (_, text, line, column, problem) => {
    expect(() => parseRecipe(text, 'web.yaml')).toThrow(
      expect.objectContaining({
        code: 'recipe-invalid',
        details: { file: 'web.yaml', line, column, problem: expect.stringMatching(problem) },
      }),
    );
  });

  test('a recipe that is not there', () => {
    expect(() => readRecipe(room('none.yaml'))).toThrow(`The recipe ${room('none.yaml')} does not exist`);
  });

  test('a file that is not there', () => {
    const files = [{ from: 'none', to: '/x' }];
    const thrown = (() => {
      try {
        return recipeFiles(room('web.yaml'), files);
      } catch (error) {
        return error;
      }
    })();
    expect(isVivariumError(thrown, 'file-missing') && thrown.message).toContain(room('none'));
  });
});

test.each([
  ['debian', false],
  ['web.yaml', true],
  ['web.yml', true],
  ['./web', true],
])('%s: is it a file? %s', (recipe, file) => {
  expect(isRecipeFile(recipe)).toBe(file);
});

describe('the files of a recipe', () => {
  const lay = () => {
    mkdirSync(room('site', 'sub'), { recursive: true });
    writeFileSync(room('site', 'sub', 'page one'), 'text');
    symlinkSync('sub', room('site', 'link'));
    writeFileSync(room('hello'), '#!/bin/sh\n', { mode: 0o644 });
    chmodSync(room('site', 'sub', 'page one'), 0o600);
  };

  test('come with what is in them, by the name that they get', () => {
    lay();
    const files = recipeFiles(room('web.yaml'), [
      { from: 'hello', to: '/usr/local/bin/', mode: '0755' },
      { from: 'site', to: '/srv/www', owner: 'me' },
    ]);
    expect(listOf(files)).toBe(
      [
        'file\t755\t-\t/usr/local/bin/hello',
        'directory\t755\tme\t/srv/www',
        'link\t777\tme\t/srv/www/link',
        'directory\t755\tme\t/srv/www/sub',
        'file\t600\tme\t/srv/www/sub/page one',
        '',
      ].join('\n'),
    );
  });

  const digestOf = async (files: TreeFile[]): Promise<string> => {
    const hash = createHash('sha256');
    await digestFiles(hash, files);
    return hash.digest('hex');
  };

  test('make another image when one of them changes: its text, its mode, its name, or where it goes', async () => {
    lay();
    const read = (to = '/srv/www') => recipeFiles(room('web.yaml'), [{ from: 'site', to }]);
    const digests = [await digestOf(read()), await digestOf(read('/srv/other'))];
    writeFileSync(room('site', 'sub', 'page one'), 'Text');
    digests.push(await digestOf(read()));
    chmodSync(room('site', 'sub', 'page one'), 0o644);
    digests.push(await digestOf(read()));
    writeFileSync(room('site', 'empty'), '');
    digests.push(await digestOf(read()));
    expect(new Set(digests).size).toBe(digests.length);
    expect(await digestOf(read())).toBe(digests.at(-1));
  });
});
