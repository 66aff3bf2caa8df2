import { spawnSync } from 'node:child_process';
import { findTool } from '../src/host/find-tool.ts';
import type { Bench } from './bench.ts';

const programs = ['virsh', 'libvirtd', 'virtlogd'];
const packages = ['libvirt-daemon', 'libvirt-daemon-driver-qemu', 'libvirt-clients'];

/**
 * Installs libvirt by apt where it is not there yet.
 * @returns what is in the way, undefined where libvirt is there now
 */
export function requireLibvirt(bench: Bench): string | undefined {
  if (programs.every((program) => findTool(program))) return undefined;
  if (!findTool('apt-get')) return 'libvirt is not installed, and there is no apt';
  if (process.getuid?.() !== 0) return 'libvirt is not installed, which only root can change';
  bench.say(`installing ${packages.join(' ')}`);
  const install = () => apt('install', '--yes', '--no-install-recommends', ...packages);
  if (install() || (apt('update') && install())) return undefined;
  return `apt could not install ${packages.join(', ')}`;
}

function apt(...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', args, { env, stdio: 'ignore' }).status === 0;
}
