import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { awaitPrompt } from './await-prompt.ts';
import type { Bench } from './bench.ts';
import { awaitAnswer } from './console-answer.ts';
import type { Libvirt } from './libvirt.ts';
import { domain } from './libvirt-domain.ts';
import { programTime } from './program-time.ts';
import { kernelOf } from './tiny-machine.ts';

const name = 'saved';

/**
 * A running domain of libvirt with the tiny guest.
 * @returns what takes milliseconds from before `virsh save` until the guest, restored, has answered
 */
export async function savedDomain(
  bench: Bench,
  libvirt: Libvirt,
): Promise<{ saveAndRestore(): Promise<number> }> {
  const place = (file: string) => join(libvirt.directory, file);
  const tiny = kernelOf(bench, 'tiny');
  for (const role of ['kernel', 'initrd'] as const) copyFileSync(tiny[role], place(role));
  const [socket, log] = [place('home/console'), place('home/console.log')];
  const serial = `<serial type="unix"><source mode="bind" path="${socket}"/><log file="${log}" append="on"/></serial>`;
  const append = `${tiny.append} vivarium.name=${name}`;
  const xml = domain({ name, directory: libvirt.directory, append, memory: 256, serial });
  writeFileSync(place(`${name}.xml`), xml);
  libvirt.virsh([`define ${place(`${name}.xml`)}`, `start ${name}`]);
  libvirt.onEnd(async () => void libvirt.virsh([`destroy ${name}`]));
  await awaitPrompt(bench, log);
  const state = place('home/state');
  return {
    saveAndRestore: async () => {
      const began = performance.now();
      programTime('virsh', ['save', name, state], libvirt.as);
      programTime('virsh', ['restore', state], libvirt.as);
      const took = (await awaitAnswer(bench, socket)) - began;
      rmSync(state);
      return took;
    },
  };
}
