/** What a live ISO's boot menu says. */
export interface Menu {
  title: string;
  /** The kernel's command line, but for consoles. */
  append: string;
}

/** Seconds that the menu waits. */
const timeout = 1;

/**
 * grub.cfg of a live ISO. Menu and system are on the screen and on the first serial port alike; what is named last
 * gets what init says. Pure.
 */
export function grubMenu({ title, append }: Menu): string {
  const entries = [
    { title, consoles: 'console=tty0 console=ttyS0,115200' },
    { title: `${title}, start on the screen`, consoles: 'console=ttyS0,115200 console=tty0' },
    { title: `${title}, plain graphics`, consoles: 'console=ttyS0,115200 console=tty0 nomodeset' },
  ];
  return `set default=0
set timeout=${timeout}
if serial --unit=0 --speed=115200; then
  terminal_input console serial
  terminal_output console serial
fi
${entries.map((entry) => menuEntry(entry.title, `${append} ${entry.consoles}`)).join('')}`;
}

function menuEntry(title: string, append: string): string {
  return `
menuentry ${grubText(title).replaceAll(' ', '\\ ')} {
  linux /live/vmlinuz ${grubText(append)}
  initrd /live/initrd.img
}
`;
}

/** A text in which GRUB's shell takes nothing for more than a letter, and blanks part words. */
const grubText = (text: string): string => text.trim().replaceAll(/[$'"\\;{}<>|&#]/g, '\\$&');
