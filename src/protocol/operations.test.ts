import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { errorTable } from '../base/error-table.ts';
import { endless } from '../base/scope.ts';
import { type Operation, parametersSchema } from './operation.ts';
import { type OperationName, operations } from './operations.ts';
import { machineStates } from './views.ts';

const entries = Object.entries(operations) as unknown as [OperationName, Operation][];
const check = (name: OperationName, parameters: object) =>
  z.safeParse(parametersSchema(operations[name] as unknown as Operation), parameters);

describe.each(entries)('%s', (name, operation) => {
  const parameters = Object.entries(operation.parameters);

  test('has a noun, a verb and a sentence', () => {
    expect(name).toMatch(/^[a-z]+\.[a-z]+$/);
    expect(operation.summary).toMatch(/^[A-Z].{8,70}[^.]$/);
  });

  test('names errors and states that exist, each once', () => {
    for (const code of operation.errors) expect(errorTable).toHaveProperty(code);
    for (const state of operation.states ?? []) expect(machineStates).toContain(state);
    for (const list of [operation.errors, operation.states ?? []])
      expect(new Set(list).size).toBe(list.length);
  });

  test('says so where the state of the machine can refuse it', () => {
    if (operation.states) expect(operation.errors).toContain('machine-state');
  });

  test('has a deadline that a timer can keep', () => {
    expect(operation.timeout).toBeGreaterThanOrEqual(1000);
    expect(operation.timeout).toBeLessThan(2 ** 31);
  });

  test('explains its parameters, and what stands for their values', () => {
    for (const [parameter, { about, placeholder, place }] of parameters) {
      expect(parameter).toMatch(/^[a-z][A-Za-z0-9]*$/);
      expect(about, parameter).toMatch(/^\S.*[^.\s]$/);
      expect(placeholder, parameter).toMatch(place === 'flag' ? /^[A-Z][A-Zx|:]*$/ : /^[A-Z|=a-z@[\]]+$/);
    }
  });

  test('has no two flags alike, and none that every command has', () => {
    const flags = parameters.filter(([, { place }]) => place === 'flag');
    const typed = flags.flatMap(([flag, { short }]) => [flag, short ?? []].flat());
    expect(new Set([...typed, 'help', 'h', 'json', 'timeout']).size).toBe(typed.length + 4);
  });

  test('has what may be left out behind what may not, and the rest at the end', () => {
    const places = parameters.filter(([, { place }]) => place !== 'flag').map(([, it]) => it);
    const needed = places.map(
      ({ place, schema }) => place === 'argument' && schema._zod.def.type !== 'optional',
    );
    expect(needed).toEqual(needed.toSorted((a, b) => Number(b) - Number(a)));
    expect(places.slice(0, -1).some(({ place }) => place !== 'argument')).toBe(false);
  });

  test('refuses a parameter that it does not have', () => {
    expect(check(name, { bogus: 1 }).error?.issues.map(({ code }) => code)).toContain('unrecognized_keys');
  });
});

test('parameters are checked and brought to bytes and milliseconds', () => {
  const { data } = check('machine.make', {
    name: 'a',
    memory: '1G',
    wait: '2m',
    disk: '10G',
    forward: ['1:1'],
  });
  expect(data).toEqual({
    name: 'a',
    memory: 2 ** 30,
    wait: 120_000,
    disk: 10 * 2 ** 30,
    forward: ['1:1'],
  });
  expect(check('machine.make', { name: 'a', disk: 'none' }).data).toMatchObject({ disk: 'none' });
});

test.each<[OperationName, object, string, RegExp]>([
  ['machine.make', { name: 'a', disk: 'big' }, 'disk', /^must be none, or a size/],
  ['machine.make', { name: 'a', memory: '1K' }, 'memory', /^must be a size in whole MiB/],
  ['machine.make', { name: 'a', forward: ['22'] }, 'forward', /^must be a forward/],
  ['machine.make', { name: 'a', cpus: Number.NaN }, 'cpus', /number/],
  ['machine.start', {}, 'name', /expected string/],
  ['machine.autostart', { name: 'a', state: 'yes' }, 'state', /expected one of/],
])('%s refuses %j for its %s', (name, parameters, parameter, message) => {
  const issue = check(name, parameters).error?.issues[0];
  expect(issue?.path[0]).toBe(parameter);
  expect(issue?.message).toMatch(message);
});

test('what is followed or sat at is not cut off by a deadline of its own', () => {
  for (const [name, { stream, timeout }] of Object.entries<Operation>(operations)) {
    if (stream !== undefined) expect([name, timeout]).toEqual([name, endless]);
  }
});
