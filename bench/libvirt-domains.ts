import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { awaitPrompt } from './await-prompt.ts';
import { awaitQuiet } from './await-quiet.ts';
import type { Bench } from './bench.ts';
import { fleetMemory, fleetRunning, fleetSize } from './fleet.ts';
import type { Libvirt } from './libvirt.ts';
import { domain } from './libvirt-domain.ts';
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
    await awaitPrompt(bench, join(directory, `home/${name}.log`));
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
  for (const name of names) {
    const serial = `<serial type="file"><source path="${place(`home/${name}.log`)}"/></serial>`;
    const append = `${tiny.append} vivarium.name=${name}`;
    writeFileSync(
      place(`${name}.xml`),
      domain({ name, directory: libvirt.directory, append, memory: fleetMemory, serial }),
    );
  }
  libvirt.virsh(names.map((name) => `define ${place(`${name}.xml`)}`));
  return names;
}

const isName = (word: string) => /^domain-\d+$/.test(word);
