import { own } from '../base/own.ts';

/** What every Debian here has: what a machine needs to boot, to be reached and to be administered. */
const common = [
  ...['systemd-sysv', 'systemd-boot', 'systemd-resolved', 'dbus', 'udev', 'kmod'],
  ...['initramfs-tools', 'zstd', 'e2fsprogs', 'fdisk'],
  ...['login', 'passwd', 'procps', 'sudo', 'less', 'nano'],
  ...['iproute2', 'ca-certificates', 'openssh-server', 'qemu-guest-agent'],
];

/** The releases that are known to work, and what each has in packages of its own. */
const releases: Record<string, string[]> = {
  bookworm: [],
  trixie: ['systemd-repart'],
};

export const knownReleases = Object.keys(releases);

/** The release that is built where none is asked for: the newest one that the tests boot. */
export const usualRelease = 'bookworm';

/** The generic kernel. Debian's cloud kernel knows no 9p, by which directories of the host are shared. */
const usualKernel = 'linux-image-amd64';

/** The packages of a known release; undefined for another. */
export function packagesOf(release: string, kernel = usualKernel): string[] | undefined {
  const more = own(releases, release);
  return more && [kernel, ...common, ...more];
}
