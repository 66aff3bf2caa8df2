import { describe, expect, test } from 'vitest';
import { detect } from './detect.ts';

/** A file that has `bytes` at some places. */
function file(parts: Record<number, string>, length = 66_000): Buffer {
  const content = Buffer.alloc(length);
  for (const [at, bytes] of Object.entries(parts)) content.write(bytes, Number(at), 'latin1');
  return content;
}

const detected = (content: Buffer) => detect(content, content.subarray(-512), content.length);

describe('what a file is, by its content', () => {
  test.each([
    ['qcow2', { 0: 'QFI\xfb\0\0\0\x03' }],
    ['vmdk', { 0: 'KDMV' }],
    ['vmdk', { 0: 'COWD' }],
    ['vmdk', { 0: '# Disk DescriptorFile\nversion=1\n' }],
    ['vdi', { 0: '<<< Oracle VM VirtualBox Disk Image >>>\n', 64: '\x7f\x10\xda\xbe' }],
    ['vhdx', { 0: 'vhdxfile' }],
    ['vpc', { 0: 'conectix' }],
    ['raw', { 510: '\x55\xaa' }],
    ['raw', { 512: 'EFI PART' }],
    ['raw', { 1080: '\x53\xef' }],
    ['raw', { 0: 'XFSB' }],
    ['raw', { 65600: '_BHRfS_M' }],
  ])('%s %j', (format, parts) => {
    expect(detected(file(parts))).toEqual({ is: 'disk', format });
  });

  test.each([
    ['gzip', { 0: '\x1f\x8b\x08' }],
    ['xz', { 0: '\xfd7zXZ\0' }],
    ['zstd', { 0: '\x28\xb5\x2f\xfd' }],
    ['bzip2', { 0: 'BZh91AY&SY' }],
    ['tar', { 0: 'disk.vmdk', 257: 'ustar' }],
  ])('wrapped in %s', (wrapping, parts) => {
    expect(detected(file(parts))).toEqual({ is: 'wrapped', in: wrapping });
  });

  test('a CD is one, boot sector or not', () => {
    expect(detected(file({ 32769: 'CD001' }))).toEqual({ is: 'iso' });
    expect(detected(file({ 510: '\x55\xaa', 32769: 'CD001' }))).toEqual({ is: 'iso' });
  });
});

describe('what is none, and what it looks like', () => {
  test.each([
    ['an empty file', Buffer.alloc(0)],
    ['an HTML page', Buffer.from('\n <!DOCTYPE html><html><body>404</body></html>')],
    ['an XML document', Buffer.from('<?xml version="1.0"?><Error/>')],
    ['text', Buffer.from('root:x:0:0::/root:/bin/sh\n')],
    ['a zip archive', Buffer.from('PK\x03\x04xxxx')],
    ['a program (ELF)', file({ 0: '\x7fELF' })],
    ['nothing but zeroes', Buffer.alloc(4096)],
    ['nothing that is known', Buffer.from([0xff, 0x00, 0x12, 0x80, 0x01])],
  ])('%s', (looksLike, content) => {
    expect(detected(content)).toEqual({ is: 'other', looksLike });
  });

  test('a magic that is cut off is none', () => {
    expect(detected(Buffer.from('QFI'))).toEqual({ is: 'other', looksLike: 'text' });
  });

  test('the word conectix at the end makes no VHD', () => {
    const disk = file({ 510: '\x55\xaa' });
    disk.write('conectix', disk.length - 512);
    expect(detected(disk)).toEqual({ is: 'disk', format: 'raw' });
  });
});
