import { expect, test } from 'vitest';
import { specVersion } from '../protocol/machine-spec.ts';
import { migrate } from './spec-migrations.ts';

test('a spec of this version is left as it is', () => {
  const spec = { version: specVersion, memory: '1G' };
  expect(migrate(spec)).toBe(spec);
});

test.each([
  {},
  { version: '1' },
  { version: 0 },
  { version: -1 },
  { version: specVersion + 1 },
  { version: null },
])('%j is no older spec, and left for validation to refuse', (spec) => expect(migrate(spec)).toBe(spec));
