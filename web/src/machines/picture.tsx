import { useEffect, useRef } from 'preact/hooks';
import type { MachineView } from '../engine.ts';
import { may, takes } from '../state/access.ts';
import { look, shots } from '../state/pictures.ts';

/** Milliseconds between two pictures of a machine that can be seen. */
const pace = 4000;

/** What the machine's screen shows, small, and anew while it can be seen; an empty screen where it is off. */
export function Picture({ machine }: { machine: MachineView }) {
  const place = useRef<HTMLSpanElement>(null);
  const shown = takes('machine.screenshot', machine.state) && may('machine.screenshot');
  useEffect(() => {
    if (!shown || !place.current) return;
    let seen = false;
    const watcher = new IntersectionObserver(([entry]) => {
      seen = entry?.isIntersecting ?? false;
      if (seen) look(machine.name);
    });
    watcher.observe(place.current);
    const timer = setInterval(() => {
      if (seen && document.visibilityState === 'visible') look(machine.name);
    }, pace);
    return () => {
      watcher.disconnect();
      clearInterval(timer);
    };
  }, [shown, machine.name]);
  const shot = shots.value.get(machine.name);
  return (
    <span class={shown ? 'picture' : 'picture off'} ref={place} aria-hidden="true">
      {shown && shot?.url && <img src={shot.url} alt="" width={shot.width} height={shot.height} />}
    </span>
  );
}
