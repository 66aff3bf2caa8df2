import { option } from '../option.ts';

export interface Network {
  model: 'virtio' | 'e1000' | 'e1000e' | 'rtl8139';
  mac?: string | undefined;
  /** Where the host's port is `auto`, QEMU is to take a free one (see user-network.ts). */
  forwards: readonly { protocol: 'tcp' | 'udp'; address: string; host: number | 'auto'; guest: number }[];
}

/** Card number `index` on a user network; only `forwards` lead in. `bootable` has it carry its PXE ROM. */
export function network({ model, mac, forwards }: Network, index: number, bootable: boolean): string[] {
  const id = `net${index}`;
  const device = model === 'virtio' ? 'virtio-net-pci' : model;
  const leads = forwards.map(
    ({ protocol, address, host, guest }) =>
      `,hostfwd=${protocol}:${address}:${host === 'auto' ? 0 : host}-:${guest}`,
  );
  return [
    '-netdev',
    option('user', { id }) + leads.join(''),
    '-device',
    option(device, { netdev: id, mac }) + (bootable ? '' : ',romfile='),
  ];
}
