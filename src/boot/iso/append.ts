import { VivariumError } from '../../base/errors.ts';
import type { IsoEntry } from './iso.ts';

/** Characters that the kernel takes on x86; what is longer is cut off (COMMAND_LINE_SIZE of Linux, with its NUL). */
export const longestAppend = 2047;

/** What hides the boot, asks for a graphics mode of its loader, or names another console. */
const unwanted =
  /^(?:quiet|rhgb|splash(?:=.*)?|plymouth\.splash=.*|vga=.*|console=.*|BOOT_IMAGE=.*|initrd=.*|rd\.live\.check)$/;

/** The console named last is the one that init writes to. */
const consoles = ['console=tty0', 'console=ttyS0,115200'];

/**
 * The command line of an entry for a boot that is to be seen on the serial console. What an installer copies to the
 * system that it installs (behind `---`) gets the consoles too.
 */
export function directAppend({ append }: Pick<IsoEntry, 'append'>): string {
  const words = wordsOf(append).filter((word) => !unwanted.test(word));
  // Behind `--` all is for init, and the kernel does not read it.
  const init = words.indexOf('--');
  const at = init < 0 ? words.length : init;
  return [...words.slice(0, at), ...consoles, ...words.slice(at)].join(' ');
}

/** @throws `append-too-long` */
export function checkAppend(append: string): string {
  if (Buffer.byteLength(append) <= longestAppend) return append;
  throw new VivariumError('append-too-long', { length: Buffer.byteLength(append), limit: longestAppend });
}

/** The words of a command line; quotes keep spaces inside one, as the kernel reads it. */
const wordsOf = (append: string): string[] => append.match(/(?:"[^"]*"?|[^\s"])+/g) ?? [];
