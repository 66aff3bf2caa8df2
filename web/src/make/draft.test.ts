import { expect, test } from 'vitest';
import { emptyDraft, parametersOf } from './draft.ts';

test('leaves to the engine what was left empty', () => {
  expect(parametersOf({ ...emptyDraft, image: 'tiny', name: 'web' })).toEqual({
    name: 'web',
    image: 'tiny',
    display: 'vnc',
  });
});

test('parts lists at spaces and commas', () => {
  const draft = {
    ...emptyDraft,
    image: 'debian',
    name: 'web',
    forward: '8080:80, auto:22',
    packages: 'nginx  git',
  };
  expect(parametersOf(draft)).toMatchObject({ forward: ['8080:80', 'auto:22'], package: ['nginx', 'git'] });
});

test('hands on a number of CPUs as one, and what is none for the engine to refuse', () => {
  expect(parametersOf({ ...emptyDraft, cpus: ' 2 ' })).toMatchObject({ cpus: 2 });
  expect(parametersOf({ ...emptyDraft, cpus: 'two' })).toMatchObject({ cpus: 'two' });
});

test('tells nothing of an image where the machine is made of an ISO', () => {
  const draft = {
    ...emptyDraft,
    source: 'iso' as const,
    image: 'tiny',
    iso: '/srv/a.iso',
    name: 'a',
    user: 'me',
  };
  expect(parametersOf(draft)).toEqual({ name: 'a', iso: '/srv/a.iso', display: 'vnc' });
});
