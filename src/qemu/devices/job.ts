import { option } from '../option.ts';

/** The host's sockets of a job's channel. */
export interface JobSockets {
  in: string;
  out: string;
  err: string;
  status: string;
}

/**
 * The ports by which a job in the guest (guest/live/job) reads, writes and tells how it ended: virtio serial ports of
 * the names `vivarium.in`, `.out`, `.err` and `.status`. The guest sees what happens at them in their order, so that
 * whoever is at `status` has had the others connected before.
 */
export function job(sockets: JobSockets): string[] {
  const port = (name: keyof JobSockets): string[] => [
    '-chardev',
    option('socket', { id: `job-${name}`, path: sockets[name], server: true, wait: false }),
    '-device',
    option('virtserialport', {
      bus: 'job-controller.0',
      chardev: `job-${name}`,
      name: `vivarium.${name}`,
    }),
  ];
  return [
    '-device',
    option('virtio-serial-pci', { id: 'job-controller' }),
    ...(['in', 'out', 'err', 'status'] as const).flatMap(port),
  ];
}
