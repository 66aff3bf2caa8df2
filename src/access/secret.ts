import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A secret that nobody has had before: 256 random bits, with a prefix by which people and scanners know it. */
export function newSecret(): string {
  return `vt_${randomBytes(32).toString('base64url')}`;
}

/**
 * What is kept of a secret. A plain digest is enough: salt and slow hashes are for passwords, which can be guessed;
 * of 256 random bits not even the first one tried would ever be met again.
 */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Whether two hashes are the same, in a time that does not say how much of them is. */
export function isSameHash(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
