import type { MachineView } from '../engine.ts';
import { since } from '../figures.ts';
import { useNow } from '../frame/ladder.tsx';
import { world } from '../state/world.ts';

/** How long a machine has run, counted on since it was told. */
export function Uptime({ machine: { name, uptime } }: { machine: MachineView }) {
  const now = useNow(uptime !== undefined);
  const heard = world.value.heard.get(name);
  if (uptime === undefined || heard === undefined) return null;
  return <span class="quiet">{since(Math.max(0, uptime + now - heard))}</span>;
}
