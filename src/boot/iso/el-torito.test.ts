import { expect, test } from 'vitest';
import { bootsBy, parseBootImages } from './el-torito.ts';

test('knows the boot images of a medium as grub-mkrescue makes it', () => {
  const images = parseBootImages(`El Torito catalog  : 1627  1
El Torito cat path : /boot.catalog
El Torito images   :   N  Pltf  B   Emul  Ld_seg  Hdpt  Ldsiz         LBA
El Torito boot img :   1  BIOS  y   none  0x0000  0x00      4        2973
El Torito boot img :   2  UEFI  y   none  0x0000  0x00   5760          72
El Torito img path :   1  /boot/grub/i386-pc/eltorito.img
El Torito img opts :   1  boot-info-table grub2-boot-info
El Torito img path :   2  /efi.img
GPT start and size :   2  288  5760
`);
  expect(images).toEqual([
    { platform: 'BIOS', offset: 2973 * 2048, length: 2048, path: '/boot/grub/i386-pc/eltorito.img' },
    { platform: 'UEFI', offset: 72 * 2048, length: 5760 * 512, path: '/efi.img' },
  ]);
  expect(bootsBy(images)).toEqual({ bios: true, uefi: true });
});

test('finds an image that is a partition of its own, in either table', () => {
  const uefi = 'El Torito boot img :   1  UEFI  y   none  0x0000  0x00  20000        2048\n';
  expect(parseBootImages(`${uefi}GPT start and size :   2  8192  20000\n`)).toEqual([
    { platform: 'UEFI', offset: 2 ** 22, length: 10_240_000, partition: { number: 2, gpt: true } },
  ]);
  expect(parseBootImages(`${uefi}MBR partition      :   3   0x00  0xef         8192        40000\n`)).toEqual(
    [{ platform: 'UEFI', offset: 2 ** 22, length: 20_480_000, partition: { number: 3, gpt: false } }],
  );
});

test('does not count what is marked as not bootable', () => {
  const text = 'El Torito boot img :   1  BIOS  n   none  0x0000  0x00      4        2973\n';
  expect(bootsBy(parseBootImages(text))).toEqual({ bios: false, uefi: false });
});
