import type { MachineView } from './views.ts';

/** Something that was asked for and takes its time. */
export interface TaskView {
  id: string;
  operation: string;
  /** What it is about, for people: names, or a file. */
  subject?: string;
  /** The names among that. */
  machines?: string[];
  images?: string[];
  state: 'running' | 'done' | 'failed';
  /** What it does now. */
  step?: string;
  /** Bytes of the step, as far as that is known. */
  done?: number;
  of?: number;
  /** Why it has failed, a sentence. */
  error?: string;
}

/**
 * What has changed.
 * - machines: all that there are; what was told before is void, and whatever one has asked for may be old
 * - machine: it is new, or another than it was; its uptime alone does not count
 * - images, snapshots: of those there are others than before; who shows them asks again
 */
export type Change =
  | { kind: 'machines'; machines: MachineView[] }
  | { kind: 'machine'; machine: MachineView }
  | { kind: 'machine-gone'; name: string }
  | { kind: 'images' }
  /** `name` of the machine. */
  | { kind: 'snapshots'; name: string }
  | ({ kind: 'task' } & TaskView);

/** What a change is about: a later one with the same key makes it void. */
export function keyOf(change: Change): string {
  switch (change.kind) {
    case 'machine':
      return `machine ${change.machine.name}`;
    case 'machine-gone':
      return `machine ${change.name}`;
    case 'snapshots':
      return `snapshots ${change.name}`;
    case 'task':
      return `task ${change.id}`;
    default:
      return change.kind;
  }
}
