import { expect, test } from 'vitest';
import { hashOf, isSameHash, newSecret } from './secret.ts';

test('a secret is long, known by its prefix, and another each time', () => {
  const secrets = Array.from({ length: 100 }, newSecret);
  for (const secret of secrets) expect(secret).toMatch(/^vt_[A-Za-z0-9_-]{43}$/);
  expect(new Set(secrets).size).toBe(100);
});

test('hashes are the same of the same secret alone', () => {
  const secret = newSecret();
  expect(isSameHash(hashOf(secret), hashOf(secret))).toBe(true);
  expect(isSameHash(hashOf(secret), hashOf(`${secret}x`))).toBe(false);
  expect(isSameHash(hashOf(secret), '')).toBe(false);
  expect(hashOf(secret)).not.toContain(secret);
});
