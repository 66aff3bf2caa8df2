import { expect, test } from 'vitest';
import { grubMenu } from './grub-menu.ts';
import { liveAppend } from './live-system.ts';

test('a live system is on the serial line and on the screen', () => {
  const menu = grubMenu({ title: 'home', append: 'boot=live' });
  expect(menu).toContain(
    'menuentry home {\n  linux /live/vmlinuz boot=live console=tty0 console=ttyS0,115200\n',
  );
  expect(menu).toMatch(/^set timeout=1$/m);
  expect(menu).toMatch(/^ {2}terminal_output console serial$/m);
});

test("nothing in a command line is for GRUB's shell", () => {
  const menu = grubMenu({ title: 'a', append: 'a="$x;y" {z}' });
  expect(menu).toContain('linux /live/vmlinuz a=\\"\\$x\\;y\\" \\{z\\} console=');
});

test('live-config is told to work where it is among the packages', () => {
  const options = { user: 'me', hostname: 'home', append: 'quiet', packages: ['live-config-systemd'] };
  const rest = { commands: [], compression: 1 };
  expect(liveAppend({ ...options, ...rest })).toBe(
    'boot=live components username=me hostname=home loglevel=4 quiet',
  );
  expect(liveAppend({ ...options, ...rest, packages: ['live-configure'] })).toBe(
    'boot=live loglevel=4 quiet',
  );
});
