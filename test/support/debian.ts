import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { TestHome } from './home.ts';

/** A directory with a Debian: disk.raw, vmlinux and initrd. */
const debian = process.env.VIVARIUM_TEST_DEBIAN;

export const canBuildDebian = debian !== undefined;
export const debianPatience = 400_000;

/** Makes a machine of Debian and starts it. */
export async function startDebian(home: TestHome, name: string): Promise<void> {
  mkdirSync(home.path(name));
  const drive = home.path(name, 'drive.qcow2');
  execFileSync('qemu-img', [
    'create',
    '-q',
    '-f',
    'qcow2',
    '-F',
    'raw',
    '-b',
    `${debian}/disk.raw`,
    drive,
    '10G',
  ]);
  writeFileSync(
    home.path(name, 'machine.yaml'),
    `version: 1
cpus: 2
kernel: ${debian}/vmlinux
initrd: ${debian}/initrd
append: root=PARTLABEL=root rw console=tty0 console=ttyS0,115200 cryptomgr.notests
disks: [{file: drive.qcow2}]
networks: [{mode: user}]
`,
  );
  await home.engine.machine.start({ name });
}
