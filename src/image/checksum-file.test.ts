import { describe, expect, test } from 'vitest';
import { digestFor, parseChecksums } from './checksum-file.ts';

const a = 'a'.repeat(64);
const b = 'B'.repeat(128);
const sha256 = { algorithm: 'sha256', hex: a };
const sha512 = { algorithm: 'sha512', hex: b.toLowerCase() };

describe('the digest of a file', () => {
  test.each([
    ['as sha256sum writes it', `${a}  disk.img\n`, sha256],
    ['as sha256sum -b writes it', `${a} *disk.img\n`, sha256],
    ['in a directory', `${a}  ./disk.img\n`, sha256],
    ['as BSD writes it', `SHA256 (disk.img) = ${a}\n`, sha256],
    ['of SHA-512', `${b}  disk.img`, sha512],
    ['of SHA-512 as BSD writes it', `# disk.img: 3 bytes\nSHA512 (disk.img) = ${b}`, sha512],
    ['alone', `${a}\n`, sha256],
    ['with the line ends of Windows', `${'c'.repeat(64)}  other\r\n${a}  disk.img\r\n`, sha256],
    ['of both kinds: the longer', `${a}  disk.img\n${b}  disk.img\n`, sha512],
    [
      'signed in clear',
      `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n- ${a}  disk.img\n-----BEGIN PGP SIGNATURE-----\n\niQIzBAEBCAAdFiEE\n=abcd\n-----END PGP SIGNATURE-----\n`,
      sha256,
    ],
  ])('%s', (_, text, expected) => {
    expect(digestFor(text, 'disk.img')).toEqual(expected);
  });

  test.each([
    ['of another file', `${a}  disk.img.xz\n`],
    ['of MD5 or SHA-1', `${'a'.repeat(32)}  disk.img\n${'a'.repeat(40)}  disk.img\n`],
    ['of a page', '<html><body>Not found</body></html>'],
    ['of nothing', ''],
  ])('is none where there is that %s', (_, text) => {
    expect(digestFor(text, 'disk.img')).toBeUndefined();
  });
});

test('names keep the spaces that they have', () => {
  expect([...parseChecksums(`${a}  my disk.img`).keys()]).toEqual(['my disk.img']);
});
