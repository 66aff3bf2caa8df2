import { expect, test } from 'vitest';
import { isVivariumError } from '../base/errors.ts';
import { checkParameters } from './check-parameters.ts';
import type { OperationName } from './operations.ts';

function refusal(name: OperationName, parameters: unknown): string[] {
  try {
    checkParameters(name, parameters);
  } catch (error) {
    if (isVivariumError(error)) return [error.message, error.hint];
  }
  return [];
}

test.each<[OperationName, unknown, string]>([
  ['machine.make', { nme: 'c' }, 'make: nme is not known (perhaps name is meant).'],
  ['machine.make', { wholly: 1 }, 'make: wholly is not known.'],
  ['snapshot.create', {}, 'snapshot create: name is missing.'],
  [
    'disk.remove',
    { name: 'a', disk: 'b', forse: 1 },
    'disk rm: forse is not known (perhaps force is meant).',
  ],
  ['host.audit', { lines: 1_000_000 }, 'audit: lines must be at most 100000.'],
  ['machine.start', { name: 7 }, 'start: name must be text.'],
])('%s with %j is refused in words', (name, parameters, message) => {
  expect(refusal(name, parameters)[0]).toBe(message);
});

test.each([
  [{ maxMachines: -1 }, 'maxMachines must be at least 0.'],
  [{ maxMachines: 1.5 }, 'maxMachines must be a whole number.'],
  [{ maxMachines: 'many' }, 'maxMachines must be a number.'],
  [{ expires: 0 }, 'expires must be a time to come, of 100 years at most.'],
  [{ expires: '99999999d' }, 'expires must be a time to come, of 100 years at most.'],
])('a token with %j is refused in words', (limits, problem) => {
  expect(refusal('token.create', { name: 'a', scope: 'read', ...limits })[0]).toBe(
    `token create: ${problem}`,
  );
});

test('the hint of a refusal names the command as it is typed', () => {
  expect(refusal('snapshot.create', {})[1]).toBe('See: vm help snapshot create');
});
