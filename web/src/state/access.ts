import { signal } from '@preact/signals';
import { type Access, accessLevels, type MachineState, type OperationName, operations } from '../engine.ts';

/** What this page's token may do, as far as vmd has told; all, where it has not. */
export const access = signal<Access>('admin');

/** Operations that vmd has refused to this token: they are not offered again. */
export const denied = signal<ReadonlySet<string>>(new Set());

/** Whether this page should offer it: only vmd decides. */
export function may(operation: OperationName): boolean {
  const needed = accessLevels.indexOf(operations[operation].access);
  return needed <= accessLevels.indexOf(access.value) && !denied.value.has(operation);
}

/** Whether a machine in this state takes it. */
export function takes(operation: OperationName, state: MachineState): boolean {
  return operations[operation].states?.includes(state) ?? true;
}
