import type { MachineView } from '../engine.ts';
import { since } from '../figures.ts';
import { useNow } from '../frame/ladder.tsx';
import { isLost, world } from '../state/world.ts';

/** How long a machine has run, counted on since it was told; where vmd is not heard, that nobody knows. */
export function Uptime({ machine: { name, uptime } }: { machine: MachineView }) {
  const now = useNow(uptime !== undefined);
  const heard = world.value.heard.get(name);
  if (isLost.value) return <span class="quiet">last known</span>;
  if (uptime === undefined || heard === undefined) return null;
  return <span class="quiet">{since(Math.max(0, uptime + now - heard))}</span>;
}
