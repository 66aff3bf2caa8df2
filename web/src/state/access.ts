import { computed, signal } from '@preact/signals';
import { accessLevels, type MachineState, type OperationName, type OwnGrant, operations } from '../engine.ts';

/** What the token of this page may do; undefined until vmd has told. */
export const grant = signal<OwnGrant | undefined>(undefined);

/** Whether it may do everything, with files of the host too. */
export const isAdmin = computed(() => grant.value?.scope === 'admin');

/** Whether this page should offer it; whether it is done, vmd decides. */
export function may(operation: OperationName): boolean {
  const level = grant.value?.scope;
  if (level === undefined) return false;
  return accessLevels.indexOf(operations[operation].access) <= accessLevels.indexOf(level);
}

/** Whether a machine in this state takes it. */
export function takes(operation: OperationName, state: MachineState): boolean {
  return operations[operation].states?.includes(state) ?? true;
}
