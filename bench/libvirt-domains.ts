import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { awaitQuiet } from './await-quiet.ts';
import { awaitText } from './await-text.ts';
import type { Bench } from './bench.ts';
import { fleetMemory, fleetRunning, fleetSize, prompt } from './fleet.ts';
import { followFile } from './follow-file.ts';
import type { Libvirt } from './libvirt.ts';
import { kernelOf } from './tiny-machine.ts';

/**
 * The fleet as libvirt's domains: as many, with the same guest, as many of them running.
 * @returns how many run, and why it is not all that should
 */
export async function raiseDomains(
  bench: Bench,
  libvirt: Libvirt,
): Promise<{ running: number; trouble?: string }> {
  const names = define(bench, libvirt);
  bench.say(`starting ${fleetRunning} of them`);
  libvirt.onEnd(async () => {
    const active = libvirt.virsh(['list --name']).split(/\s+/).filter(isName);
    if (active.length > 0) libvirt.virsh(active.map((name) => `destroy ${name}`));
  });
  const pids: number[] = [];
  const step = fleetSize / fleetRunning;
  for (const name of names.filter((_, index) => index % step === 0)) {
    try {
      libvirt.virsh([`start ${name}`]);
    } catch (error) {
      return {
        running: pids.length,
        trouble: (error as Error).message.replaceAll(/\s+/g, ' ').slice(0, 200),
      };
    }
    const { directory } = libvirt;
    using log = followFile(join(directory, `home/${name}.log`), 'beginning');
    await awaitText(prompt, log.news, () => true, bench.signal);
    pids.push(Number(readFileSync(join(directory, `run/libvirt/qemu/run/${name}.pid`), 'utf8')));
  }
  await awaitQuiet(pids, bench.signal);
  return { running: libvirt.virsh(['list --name']).split(/\s+/).filter(isName).length };
}

/** @returns the names of the domains */
function define(bench: Bench, libvirt: Libvirt): string[] {
  const place = (file: string) => join(libvirt.directory, file);
  const tiny = kernelOf(bench, 'tiny');
  for (const role of ['kernel', 'initrd'] as const) copyFileSync(tiny[role], place(role));
  bench.say(`defining ${fleetSize} domains of libvirt`);
  const names = Array.from({ length: fleetSize }, (_, index) => `domain-${String(index).padStart(4, '0')}`);
  for (const name of names) writeFileSync(place(`${name}.xml`), domain(libvirt, name, tiny.append));
  libvirt.virsh(names.map((name) => `define ${place(`${name}.xml`)}`));
  return names;
}

const isName = (word: string) => /^domain-\d+$/.test(word);

/** A domain as near to a machine of ours as libvirt has it (https://libvirt.org/formatdomain.html). */
function domain(libvirt: Libvirt, name: string, append: string): string {
  const place = (file: string) => join(libvirt.directory, file);
  return `<domain type="qemu">
  <name>${name}</name>
  <memory unit="MiB">${fleetMemory}</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch="x86_64" machine="q35">hvm</type>
    <kernel>${place('kernel')}</kernel>
    <initrd>${place('initrd')}</initrd>
    <cmdline>${append} vivarium.name=${name}</cmdline>
  </os>
  <features><acpi/></features>
  <cpu mode="maximum"/>
  <devices>
    <interface type="user"><model type="virtio"/></interface>
    <serial type="file"><source path="${place(`home/${name}.log`)}"/></serial>
    <video><model type="vga"/></video>
    <rng model="virtio"><backend model="random">/dev/urandom</backend></rng>
    <memballoon model="none"/>
    <controller type="usb" model="none"/>
  </devices>
</domain>
`;
}
