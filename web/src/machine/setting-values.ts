import { exactSize, formatForward, type MachineSpec } from '../engine.ts';

/** The usual settings as one writes them; all of them text, as `vm set KEY=VALUE` takes it. */
export interface Settings {
  cpus: string;
  memory: string;
  display: string;
  vga: string;
  firmware: string;
  restart: string;
  stopWait: string;
  network: string;
  forwards: string;
}

export function settingsOf(spec: MachineSpec): Settings {
  const [network] = spec.networks;
  return {
    cpus: String(spec.cpus),
    memory: exactSize(spec.memory),
    display: spec.display,
    vga: spec.vga,
    firmware: spec.firmware,
    restart: spec.restart,
    stopWait: spec.stopWait === undefined ? '' : `${spec.stopWait / 1000}s`,
    network: network ? 'user' : 'none',
    forwards: (network?.forwards ?? []).map(formatForward).join(' '),
  };
}

/** What machine.set is given for what was changed: `KEY=VALUE` items, and keys to take away. */
export function changesOf(spec: MachineSpec, wanted: Settings): { changes: string[]; unset: string[] } {
  const now = settingsOf(spec);
  const plain = ['cpus', 'memory', 'display', 'vga', 'firmware', 'restart'] as const;
  const changes = plain
    .filter((key) => now[key] !== wanted[key])
    .map((key) => `${key}=${wanted[key].trim()}`);
  const unset: string[] = [];
  if (now.stopWait !== wanted.stopWait) {
    if (wanted.stopWait.trim() === '') unset.push('stopWait');
    else changes.push(`stopWait=${wanted.stopWait.trim()}`);
  }
  if (now.network !== wanted.network) {
    if (wanted.network === 'none') changes.push('networks=[]');
    else changes.push(`networks=[{mode: user, forwards: [${quoted(wanted.forwards)}]}]`);
  } else if (now.forwards !== wanted.forwards && wanted.network !== 'none') {
    changes.push(`networks.0.forwards=[${quoted(wanted.forwards)}]`);
  }
  return { changes, unset };
}

/** A colon would make a mapping of `8080:80` in YAML. */
const quoted = (forwards: string): string =>
  forwards
    .split(/[\s,]+/)
    .filter((forward) => forward !== '')
    .map((forward) => `'${forward.replaceAll("'", "''")}'`)
    .join(', ');
