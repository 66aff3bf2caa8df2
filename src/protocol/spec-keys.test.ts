import { expect, test } from 'vitest';
import { machineSpec } from './machine-spec.ts';
import { jsonSchema, specKeys } from './spec-keys.ts';

const keys = specKeys(machineSpec);
const key = (path: string) => keys.find((it) => it.path === path);

test('every key of the spec is there, and every one is explained', () => {
  const top = keys.filter(({ path }) => !path.includes('.')).map(({ path }) => path);
  expect(top).toEqual(Object.keys(machineSpec.shape));
  for (const { path, about } of keys) expect(about, path).toMatch(/^\S.*\.$/);
  expect(new Set(keys.map(({ path }) => path)).size).toBe(keys.length);
});

test('nested keys come after what holds them', () => {
  const paths = keys.map(({ path }) => path);
  const at = paths.indexOf('disks');
  expect(paths.slice(at, at + 5)).toEqual([
    'disks',
    'disks[].file',
    'disks[].format',
    'disks[].interface',
    'disks[].readonly',
  ]);
  expect(paths).toContain('networks[].forwards');
});

test('choices and defaults are told', () => {
  expect(key('accelerator')).toMatchObject({ values: ['auto', 'kvm', 'tcg'], usual: '"auto"' });
  expect(key('cpus')).toMatchObject({ usual: '1' });
  expect(key('shares[].readonly')).toMatchObject({ usual: 'false' });
  expect(key('append')).not.toHaveProperty('usual');
});

test('editors get a schema of what people write, not of what is made of it', () => {
  const { properties } = jsonSchema(machineSpec);
  expect(properties?.memory).toMatchObject({ anyOf: [{ type: 'string' }, { type: 'integer' }] });
  expect(properties?.networks?.items?.properties?.forwards).toMatchObject({ items: { type: 'string' } });
  expect(jsonSchema(machineSpec)).toMatchObject({ required: ['version'], additionalProperties: false });
});
