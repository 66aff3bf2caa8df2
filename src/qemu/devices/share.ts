import { option } from '../option.ts';

export interface Share {
  path: string;
  tag: string;
  readonly: boolean;
  /** `mapped` if not given. */
  ownership?: 'mapped' | 'host';
}

/**
 * Directory number `index` of the host, over 9p. Ownership and modes that the guest sets are kept in extended
 * attributes (`mapped`), so that a guest's root cannot make a setuid file on the host; or they are the host's own
 * (`host`), for which QEMU has to be root, if in a user namespace (host/user-namespace.ts).
 */
export function share({ path, tag, readonly, ownership = 'mapped' }: Share, index: number): string[] {
  const id = `share${index}`;
  const model = { mapped: 'mapped-xattr', host: 'none' }[ownership];
  const fsdev = { id, path, security_model: model, readonly, multidevs: 'remap' };
  return [
    '-fsdev',
    option('local', fsdev),
    '-device',
    option('virtio-9p-pci', { fsdev: id, mount_tag: tag }),
  ];
}
