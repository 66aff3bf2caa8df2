import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { isVivariumError } from '../base/errors.ts';
import { splitWish } from './arguments.ts';
import { contextsFile, writeContexts } from './contexts.ts';
import { whichHost } from './which-host.ts';

const config = mkdtempSync(join(tmpdir(), 'contexts-'));
const env = { XDG_CONFIG_HOME: config };
writeContexts(env, {
  current: 'web',
  contexts: { web: { url: 'http://web:1', token: 'its-own' }, box: { url: 'ssh://box' } },
});
afterAll(() => rmSync(config, { recursive: true }));

const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
  } catch (error) {
    if (isVivariumError(error)) return error.code;
  }
  return undefined;
};

describe('where a command goes', () => {
  test('what was typed goes before the environment, and that before what is used', () => {
    const of = (wish: Parameters<typeof whichHost>[0], more = {}) =>
      whichHost(wish, { ...env, ...more })?.url;
    expect(of({})).toBe('http://web:1');
    expect(of({}, { VM_CONTEXT: 'box' })).toBe('ssh://box');
    expect(of({}, { VM_CONTEXT: 'box', VM_HOST: 'unix:/s' })).toBe('unix:/s');
    expect(of({ context: 'web' }, { VM_HOST: 'unix:/s' })).toBe('http://web:1');
    expect(of({ host: 'http://other:2' }, { VM_CONTEXT: 'box' })).toBe('http://other:2');
  });

  test('- is here, and so is what nobody has said', () => {
    expect(whichHost({ context: '-' }, { ...env, VM_HOST: 'unix:/s' })).toBeUndefined();
    expect(whichHost({}, { ...env, VM_CONTEXT: '-' })).toBeUndefined();
    expect(whichHost({}, { XDG_CONFIG_HOME: join(config, 'nowhere') })).toBeUndefined();
  });

  test('a context has its own token; where it has none, VM_TOKEN is taken', () => {
    const token = (context: string) => whichHost({ context }, { ...env, VM_TOKEN: 'mine' })?.token;
    expect([token('web'), token('box')]).toEqual(['its-own', 'mine']);
    expect(whichHost({ host: 'http://web:1' }, env)?.token).toBeUndefined();
  });

  test('two places, and a name that is not known, are refused', () => {
    expect(codeOf(() => whichHost({ host: 'a', context: 'box' }, env))).toBe('parameter-invalid');
    expect(codeOf(() => whichHost({ context: 'bix' }, env))).toBe('context-not-found');
    expect(codeOf(() => whichHost({ context: '__proto__' }, env))).toBe('name-invalid');
    expect(codeOf(() => whichHost({ context: 'constructor' }, env))).toBe('context-not-found');
  });
});

test('nobody else may read the contexts', () => {
  expect(statSync(contextsFile(env)).mode & 0o777).toBe(0o600);
});

test('where a command goes may stand before its name', () => {
  const split = (line: string) => {
    const { wish, rest } = splitWish(line.split(' '));
    return [wish.join(' '), rest.join(' ')];
  };
  expect(split('--host ssh://box list --json')).toEqual(['--host ssh://box', 'list --json']);
  expect(split('--host=ssh://box --context - list')).toEqual(['--host=ssh://box --context -', 'list']);
  expect(split('list --host x')).toEqual(['', 'list --host x']);
  expect(split('--hosts list')).toEqual(['', '--hosts list']);
});
