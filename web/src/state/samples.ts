import { type Signal, signal } from '@preact/signals';
import { isVivariumError, type MachineUsage } from '../engine.ts';
import { may } from './access.ts';
import { ask } from './act.ts';
import { type Sample, withUsage } from './usage.ts';
import { touchLost } from './while-heard.ts';
import { hearing, machines } from './world.ts';

interface Known {
  samples: Signal<readonly Sample[]>;
  before?: MachineUsage;
}

const known = new Map<string, Known>();

/** Milliseconds between two looks. */
const pace = 2000;

/** What a machine has taken of the host lately; a signal of its own, so that only its row is drawn again. */
export function usage(name: string): Signal<readonly Sample[]> {
  return of(name).samples;
}

function of(name: string): Known {
  const there = known.get(name) ?? { samples: signal<readonly Sample[]>([]) };
  known.set(name, there);
  return there;
}

/** Looks what the machines take, while the page is seen and one of them runs. */
export function followUsage(): () => void {
  let asking = false;
  const timer = setInterval(async () => {
    if (asking || !may('machine.usage') || hearing.value.state !== 'live') return;
    if (document.visibilityState === 'hidden' || !machines.value.some(({ pid }) => pid !== undefined)) return;
    asking = true;
    try {
      for (const now of await ask('machine.usage', {})) note(now);
    } catch (error) {
      // What it is otherwise, the next look may show: it is soon.
      if (isVivariumError(error) && ['service-unreachable', 'timeout'].includes(error.code)) {
        dispatchEvent(new Event(touchLost));
      }
    } finally {
      asking = false;
    }
  }, pace);
  return () => clearInterval(timer);
}

function note(now: MachineUsage): void {
  const there = of(now.name);
  there.samples.value = withUsage(there.samples.value, there.before, now);
  there.before = now;
}
