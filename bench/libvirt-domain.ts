import { join } from 'node:path';

/** What one domain differs by from another. */
export interface Domain {
  name: string;
  /** Where its kernel and initrd are. */
  directory: string;
  append: string;
  /** MiB. */
  memory: number;
  /** The element of its console. */
  serial: string;
}

/** A domain as near to a machine of ours as libvirt has it (https://libvirt.org/formatdomain.html). */
export function domain({ name, directory, append, memory, serial }: Domain): string {
  return `<domain type="qemu">
  <name>${name}</name>
  <memory unit="MiB">${memory}</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch="x86_64" machine="q35">hvm</type>
    <kernel>${join(directory, 'kernel')}</kernel>
    <initrd>${join(directory, 'initrd')}</initrd>
    <cmdline>${append}</cmdline>
  </os>
  <features><acpi/></features>
  <cpu mode="maximum"/>
  <devices>
    <interface type="user"><model type="virtio"/></interface>
    ${serial}
    <video><model type="vga"/></video>
    <rng model="virtio"><backend model="random">/dev/urandom</backend></rng>
    <memballoon model="none"/>
    <controller type="usb" model="none"/>
  </devices>
</domain>
`;
}
