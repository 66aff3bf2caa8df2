import type { Busybox } from '../busybox.ts';
import type { CpioEntry } from '../cpio.ts';
import { guestFiles } from '../guest-files.ts';

/**
 * What lies in /vivarium of a guest's first root: the scripts of guest/live, and the busybox that runs them, in a
 * directory of its own under those of its names that they know: a guest takes a while for all of them. Nothing there
 * is taken from the guest.
 */
export function ownFiles(busybox: Busybox): CpioEntry[] {
  const scripts = guestFiles('live');
  const words = new Set(scripts.flatMap(({ content }) => content.toString().match(/[\w-]+/g) ?? []));
  const names = busybox.applets
    .map((applet) => applet.slice(applet.lastIndexOf('/') + 1))
    .filter((name) => words.has(name));
  return [
    { kind: 'directory', path: 'vivarium', mode: 0o755 },
    { kind: 'file', path: 'vivarium/busybox', mode: 0o755, content: busybox.content },
    { kind: 'directory', path: 'vivarium/bin', mode: 0o755 },
    ...[...new Set(names)].map((name): CpioEntry => {
      return { kind: 'symlink', path: `vivarium/bin/${name}`, target: '../busybox' };
    }),
    ...scripts.map(({ path, content }): CpioEntry => {
      return { kind: 'file', path: `vivarium/${path}`, mode: 0o755, content };
    }),
    ...['switch_root', 'run-init'].map((name): CpioEntry => {
      return { kind: 'symlink', path: `vivarium/${name}`, target: 'leave' };
    }),
  ];
}
