import { option } from '../option.ts';

export interface Share {
  path: string;
  tag: string;
  readonly: boolean;
}

/**
 * Directory number `index` of the host, over 9p. Ownership and modes that the guest sets are kept in extended
 * attributes, so that a guest's root cannot make a setuid file on the host.
 */
export function share({ path, tag, readonly }: Share, index: number): string[] {
  const id = `share${index}`;
  const fsdev = { id, path, security_model: 'mapped-xattr', readonly, multidevs: 'remap' };
  return [
    '-fsdev',
    option('local', fsdev),
    '-device',
    option('virtio-9p-pci', { fsdev: id, mount_tag: tag }),
  ];
}
