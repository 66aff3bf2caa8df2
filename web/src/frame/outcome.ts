import {
  type ForkReport,
  type PruneReport,
  roundDuration,
  roundSize,
  type SnapshotView,
  type StartReport,
  type SuspendReport,
} from '../engine.ts';
import type { Task } from '../state/act.ts';

/** What was done, in the verb that asked for it and with its figure: `Forked web: 3 in 410ms`. */
export function outcome(task: Pick<Task, 'operation' | 'subject' | 'result' | 'began' | 'ended'>): string {
  const { operation, subject, result } = task;
  const took = roundDuration((task.ended ?? task.began) - task.began);
  switch (operation) {
    case 'machine.start':
    case 'machine.restart': {
      const { took, resumed, accelerator } = result as StartReport;
      const verb = resumed ? 'goes on where it was' : 'runs';
      return `${subject} ${verb} after ${roundDuration(took)}${accelerator ? `, by ${accelerator.name}` : ''}`;
    }
    case 'machine.fork': {
      const { forks, took, pause } = result as ForkReport;
      const names = forks.length === 1 ? forks[0]?.name : forks.length;
      const still = pause === undefined ? '' : `; it stood still for ${roundDuration(pause)}`;
      return `Forked ${subject}: ${names} in ${roundDuration(took)}${still}`;
    }
    case 'machine.suspend': {
      const { bytes, took } = result as SuspendReport;
      return `Suspended ${subject}: ${roundSize(bytes)} in ${roundDuration(took)}`;
    }
    case 'snapshot.create': {
      const { name, bytes, pause } = result as SnapshotView;
      const still = pause === undefined ? '' : `; it stood still for ${roundDuration(pause)}`;
      return `Kept ${subject} as ${name}: ${roundSize(bytes)}${still}`;
    }
    case 'snapshot.remove':
      return `Removed ${subject}: ${roundSize((result as { freed: number }).freed)} freed`;
    case 'snapshot.restore':
      return `${subject} is back at its snapshot after ${took}`;
    case 'image.prune': {
      const { items, bytes } = result as PruneReport;
      return items.length === 0 ? 'There was nothing to free' : `Freed ${roundSize(bytes)}`;
    }
    default:
      return `${words[operation] ?? operation} ${subject}, ${took}`;
  }
}

const words: Partial<Record<Task['operation'], string>> = {
  'machine.make': 'Made',
  'machine.launch': 'Launched',
  'machine.pause': 'Paused',
  'machine.resume': 'Resumed',
  'machine.remove': 'Removed',
  'machine.rename': 'Renamed',
  'machine.set': 'Set',
  'machine.write': 'Wrote',
  'machine.autostart': 'Set',
  'machine.keys': 'Pressed keys of',
  'image.build': 'Built',
  'image.pull': 'Pulled',
  'image.import': 'Imported',
  'image.remove': 'Removed',
  'image.verify': 'Verified',
};
