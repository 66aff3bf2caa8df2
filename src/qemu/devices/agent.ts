import { option } from '../option.ts';

/** The name under which QEMU's guest agent looks for its channel. */
const channel = 'org.qemu.guest_agent.0';

/** A channel to the guest agent, on a socket of the host: one client at a time. */
export function agent(path: string): string[] {
  return [
    '-chardev',
    option('socket', { id: 'agent', path, server: true, wait: false }),
    '-device',
    option('virtio-serial-pci', { id: 'agent-controller' }),
    '-device',
    option('virtserialport', { bus: 'agent-controller.0', chardev: 'agent', name: channel }),
  ];
}
