import type { Qmp } from './qmp.ts';

/** A port that QEMU listens on for a guest. */
export interface OpenForward {
  /** QEMU's name of the network: `net0`. */
  network: string;
  protocol: 'tcp' | 'udp';
  address: string;
  host: number;
  guest: number;
}

/** The ports that lead into the guest now; only QEMU knows those that it was to choose itself. */
export async function openForwards(qmp: Qmp): Promise<OpenForward[]> {
  return readForwards(await monitorCommand(qmp, 'info usernet'));
}

/** QEMU's names of the user networks, by which alone a port can lead in. */
export async function userNetworks(qmp: Qmp): Promise<string[]> {
  return readNetworks(await monitorCommand(qmp, 'info usernet'));
}

/**
 * Has QEMU listen on a free port of the loopback address for a TCP port of the guest.
 * @returns what it said where it refused, else ''
 */
export async function forwardPort(qmp: Qmp, network: string, guest: number): Promise<string> {
  return (await monitorCommand(qmp, `hostfwd_add ${network} tcp:127.0.0.1:0-:${guest}`)).trim();
}

/** QMP has no commands of its own for user networks. */
function monitorCommand(qmp: Qmp, line: string): Promise<string> {
  return qmp.execute<string>('human-monitor-command', { 'command-line': line });
}

/** The names in the heads of what `info usernet` prints. */
export function readNetworks(text: string): string[] {
  return text.split('\n').flatMap((line) => networkIn(line) ?? []);
}

function networkIn(line: string): string | undefined {
  return /^Hub -?\d+ \((.*)\):/.exec(line)?.[1];
}

/**
 * Reads what `info usernet` prints (slirp_connection_info of libslirp): a line `Hub -1 (net0):` for each network, then
 * a line for each connection: protocol and state, descriptor, source and destination with their ports, queues.
 */
export function readForwards(text: string): OpenForward[] {
  const found: OpenForward[] = [];
  let network = '';
  for (const line of text.split('\n')) {
    network = networkIn(line) ?? network;
    const [, protocol, address, host, guest] =
      /^\s*(TCP|UDP)\[HOST_FORWARD\]\s+\d+\s+(\S+)\s+(\d+)\s+\S+\s+(\d+)/.exec(line) ?? [];
    if (!protocol || !address) continue;
    found.push({
      network,
      protocol: protocol === 'TCP' ? 'tcp' : 'udp',
      address: address === '*' ? '0.0.0.0' : address,
      host: Number(host),
      guest: Number(guest),
    });
  }
  return found;
}
