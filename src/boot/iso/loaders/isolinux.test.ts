import { expect, test } from 'vitest';
import { isolinuxMenu } from './isolinux.ts';

const menuOf = (texts: Record<string, string>) =>
  isolinuxMenu(
    {
      text: (path) => texts[path],
      hasFile: (path) => path in texts,
      hasDirectory: () => false,
    },
    '/isolinux/isolinux.cfg',
  );
const one = (text: string, more = {}) => menuOf({ '/isolinux/isolinux.cfg': text, ...more });

test('a label names a kernel, its initrds and its command line, from the directory of the file on', () => {
  const { entries } = one(`
default live
LABEL live
  MENU LABEL ^Live system
  KERNEL vmlinuz
  APPEND initrd=/boot/ucode.img,initrd.gz boot=live  quiet
LABEL other\r
  LINUX ../boot/vmlinuz\r
  INITRD /boot/initrd\r
  APPEND ro\r
`);
  expect(entries).toEqual([
    {
      title: 'Live system',
      kernel: '/isolinux/vmlinuz',
      initrds: ['/boot/ucode.img', '/isolinux/initrd.gz'],
      append: 'boot=live quiet',
      default: true,
    },
    { title: 'other', kernel: '/boot/vmlinuz', initrds: ['/boot/initrd'], append: 'ro', default: false },
  ]);
});

test('a command line that stands before all labels is for those that have none', () => {
  const { entries } = one(`append root=x initrd=i
label a
kernel k
label b
kernel k
append -
label c
kernel k arg initrd=j
`);
  expect(entries.map(({ append, initrds }) => [append, initrds])).toEqual([
    ['root=x', ['/isolinux/i']],
    ['', []],
    ['arg', ['/isolinux/j']],
  ]);
});

test('other files are read in their places, and help is not read', () => {
  const { entries } = one(
    `include menu.cfg
menu begin more
  menu label More
  menu include sub/more.cfg Title
menu end`,
    {
      '/isolinux/menu.cfg': 'label a\ntext help\nlabel b\nkernel nothing\nendtext\nkernel k\n',
      '/isolinux/sub/more.cfg': 'label c\nmenu default\nkernel /k2\n',
    },
  );
  expect(entries.map(({ title, kernel, default: preferred }) => [title, kernel, preferred])).toEqual([
    ['a', '/isolinux/k', false],
    ['c', '/k2', true],
  ]);
});

test('a program that goes on with another configuration leads there', () => {
  const { entries, timeout } = one(
    'default select\nlabel select\ncom32 whichsys.c32\nlabel sys\nconfig /a/sys.cfg\n',
    {
      '/a/sys.cfg': 'default y\ntimeout 150\nlabel x\nlinux k\nlabel y\nlinux k2',
    },
  );
  expect(entries.map(({ kernel, default: preferred }) => [kernel, preferred])).toEqual([
    ['/a/k', false],
    ['/a/k2', true],
  ]);
  expect(timeout).toBe(15);
});

test('the time that it waits is told in tenths of a second', () => {
  expect(one('timeout 600\nlabel a\nkernel k').timeout).toBe(60);
  expect(one('timeout 0\ndefault vesamenu.c32\nlabel a\nkernel k').timeout).toBeUndefined();
  expect(one('default a\nlabel a\nkernel k').timeout).toBe(0);
  expect(one('default a\nprompt 1\nlabel a\nkernel k').timeout).toBeUndefined();
});

test('words that every object has are only words', () => {
  const { entries } = one('label x\n__proto__ a\nconstructor b\nkernel k\n__proto__ c');
  expect(entries.map(({ kernel }) => kernel)).toEqual(['/isolinux/k']);
});

test('files that include themselves and one another come to an end', () => {
  const text = 'include isolinux.cfg\ninclude b.cfg\nlabel x\nkernel k\nlabel y\nconfig isolinux.cfg\n';
  const { entries } = one(text, { '/isolinux/b.cfg': text });
  expect(entries.length).toBeLessThanOrEqual(500);
});
