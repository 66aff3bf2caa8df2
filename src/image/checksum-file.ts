import type { Digest } from '../host/digest.ts';

/**
 * The digests that a publisher's checksum file gives, by the name of the file; '' where the file holds a digest and
 * nothing else. It may be signed in clear (RFC 9580, 7): what is around the text is passed over, as are digests of
 * other lengths than those of SHA-256 and SHA-512. Where a file has two, the longer one counts.
 * Formats: `HASH  NAME` and `HASH *NAME` of coreutils, `SHA256 (NAME) = HASH` of BSD, a bare `HASH`.
 */
export function parseChecksums(text: string): Map<string, Digest> {
  const digests = new Map<string, Digest>();
  for (const raw of text.split('\n')) {
    const line = raw.trim().replace(/^- /, ''); // a line of a signed text that would begin with a dash
    const [, hex, name] = /^([0-9a-fA-F]+)(?:\s+\*?(\S.*))?$/.exec(line) ?? bsd(line) ?? [];
    const algorithm = hex === undefined ? undefined : algorithmOf(hex);
    if (hex === undefined || algorithm === undefined) continue;
    const key = (name ?? '').replace(/^\.\//, '');
    const known = digests.get(key);
    if (!known || known.hex.length < hex.length) digests.set(key, { algorithm, hex: hex.toLowerCase() });
  }
  return digests;
}

/** The digest of a file; that of a checksum file which has but one, whatever it calls the file. */
export function digestFor(text: string, file: string): Digest | undefined {
  const digests = parseChecksums(text);
  return digests.get(file) ?? digests.get('');
}

function bsd(line: string): [string, string?, string?] | undefined {
  const match = /^SHA(?:256|512) ?\((.+)\) ?= ?([0-9a-fA-F]+)$/.exec(line);
  return match ? [line, match[2], match[1]] : undefined;
}

function algorithmOf(hex: string): Digest['algorithm'] | undefined {
  if (hex.length === 64) return 'sha256';
  return hex.length === 128 ? 'sha512' : undefined;
}
