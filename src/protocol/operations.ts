import { cartridgeOperations } from './cartridge-operations.ts';
import { deviceOperations } from './device-operations.ts';
import { diskOperations } from './disk-operations.ts';
import { hostOperations } from './host-operations.ts';
import { imageOperations } from './image-operations.ts';
import { initramfsOperations } from './initramfs-operations.ts';
import { machineOperations } from './machine-operations.ts';
import { runOperations } from './run-operations.ts';
import { snapshotOperations } from './snapshot-operations.ts';
import { tokenOperations } from './token-operations.ts';

/** Everything that can be done, each entry once: engine, command line and reference are made from it. */
export const operations = {
  ...machineOperations,
  ...runOperations,
  ...snapshotOperations,
  ...diskOperations,
  ...imageOperations,
  ...initramfsOperations,
  ...cartridgeOperations,
  ...deviceOperations,
  ...hostOperations,
  ...tokenOperations,
};

export type Operations = typeof operations;
export type OperationName = keyof Operations;
