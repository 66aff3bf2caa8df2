import { roundSize } from '../base/sizes.ts';
import type { SnapshotView } from '../protocol/views.ts';
import { show } from './command.ts';
import { table } from './output.ts';

const headings = ['SNAPSHOT', 'TAKEN', 'MEMORY', 'ON DISK', 'DISKS', 'USED BY', ''];

export default show(
  ({ engine, values, scope }) => engine.snapshot.list({ name: values.name }, scope),
  (snapshots, { values }) => {
    if (snapshots.length === 0)
      return `No snapshots yet. Take one: vm snapshot create ${values.name ?? 'NAME'}`;
    return table(headings, snapshots.map(row));
  },
);

function row({ machine, name, made, memory, bytes, disks, usedBy, reason }: SnapshotView): string[] {
  return [
    `${machine}@${name}`,
    made === undefined ? '-' : localTime(made),
    memory === undefined ? '-' : roundSize(memory),
    roundSize(bytes),
    String(disks),
    usedBy.join(' ') || '-',
    reason ?? '',
  ];
}

/** `2026-03-01 14:05:59`, where we are. */
export function localTime(iso: string): string {
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000)
    .toISOString()
    .slice(0, 19)
    .replace('T', ' ');
}
