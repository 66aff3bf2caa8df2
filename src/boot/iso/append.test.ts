import { expect, test } from 'vitest';
import { checkAppend, directAppend } from './append.ts';

const consoles = 'console=tty0 console=ttyS0,115200';
const direct = (append: string) => directAppend({ append });

test('a live system keeps what it needs, and is seen on the serial console', () => {
  expect(direct('boot=live components quiet splash findiso=')).toBe(
    `boot=live components findiso= ${consoles}`,
  );
  expect(direct('archisobasedir=arch archisosearchuuid=2024-01-01-00-00-00-00')).toBe(
    `archisobasedir=arch archisosearchuuid=2024-01-01-00-00-00-00 ${consoles}`,
  );
  expect(direct('root=live:CDLABEL=Fedora-WS-Live-40-1-14 rd.live.image quiet rhgb')).toBe(
    `root=live:CDLABEL=Fedora-WS-Live-40-1-14 rd.live.image ${consoles}`,
  );
});

test('the system that an installer installs gets the consoles, too', () => {
  expect(direct('vga=788 --- quiet')).toBe(`--- ${consoles}`);
  expect(direct('auto=true --- nomodeset')).toBe(`auto=true --- nomodeset ${consoles}`);
});

test('what is for init alone stays behind what the kernel reads', () => {
  expect(direct('file=/cdrom/preseed/ubuntu.seed boot=casper quiet splash -- single')).toBe(
    `file=/cdrom/preseed/ubuntu.seed boot=casper ${consoles} -- single`,
  );
});

test('ours is the only console, and the last word names it', () => {
  expect(direct('modules=loop,squashfs quiet console=ttyS0,9600 console=tty1')).toBe(
    `modules=loop,squashfs ${consoles}`,
  );
});

test('a word with spaces in quotes is one word', () => {
  expect(direct('init=/x note="be quiet please" splash=silent')).toBe(
    `init=/x note="be quiet please" ${consoles}`,
  );
});

test('what the kernel would cut off is refused', () => {
  expect(checkAppend('x'.repeat(2047))).toHaveLength(2047);
  const long = () => checkAppend('x'.repeat(2048));
  expect(long).toThrow(expect.objectContaining({ code: 'append-too-long' }));
});
