import { VivariumError } from '../../base/errors.ts';
import type { GuestFile } from '../../boot/guest-files.ts';
import { guestFiles } from '../../boot/guest-files.ts';
import { knownReleases, usualRelease } from '../../image/debian-releases.ts';
import type { DebianLiveOptions } from '../../protocol/cartridge-spec.ts';

/** What every live system has: what boots from a medium, is reached by cable, and lets somebody in. */
const usual = [
  ...['live-boot', 'initramfs-tools', 'zstd', 'systemd-sysv', 'systemd-resolved', 'dbus', 'udev', 'kmod'],
  ...['login', 'passwd', 'procps', 'sudo', 'less', 'nano', 'iproute2', 'ca-certificates'],
];

/** @throws `parameter-invalid` for a release that is not known to work */
export function liveSystem({
  release = usualRelease,
  kernel = 'linux-image-amd64',
  packages,
}: DebianLiveOptions): {
  release: string;
  packages: string[];
} {
  if (!knownReleases.includes(release)) {
    const problem = `must be one that is known here: ${knownReleases.join(', ')}; it is ${release}`;
    throw new VivariumError('parameter-invalid', { operation: 'build', parameter: 'release', problem });
  }
  return { release, packages: [...new Set([kernel, ...usual, ...packages])] };
}

/**
 * The kernel's command line, but for consoles. live-config does at each start what was done here once, and takes an
 * emulated machine a minute; it is told to where it is among the packages.
 */
export function liveAppend({ packages, user, hostname, append }: DebianLiveOptions): string {
  const config = packages.some((name) => /^live-config(-|$|=|\/)/.test(name));
  const words = config ? ['components', `username=${user}`, `hostname=${hostname}`] : [];
  return ['boot=live', ...words, 'loglevel=4', append].filter((word) => word !== '').join(' ');
}

/** What of guest/debian is right for a live system, too. */
const shared = [
  ...['on-extracted.sh', 'on-installed.sh', 'dpkg.cfg', 'root/etc/systemd/network/80-dhcp.network'],
  'root/etc/systemd/system/systemd-user-sessions.service',
  'root/etc/systemd/system/systemd-networkd-wait-online.service.d/vivarium.conf',
  ...['root/etc/systemd/system/ssh.service.d/vivarium.conf', 'root/etc/ssh/sshd_config.d/vivarium.conf'],
];

/** The files that make a live system of a fresh tree. */
export function liveFiles(): GuestFile[] {
  return [...guestFiles('debian').filter(({ path }) => shared.includes(path)), ...guestFiles('debian-live')];
}
