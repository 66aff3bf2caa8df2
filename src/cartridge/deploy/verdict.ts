import type { Unfit } from '../../protocol/device-views.ts';

/** Why a device cannot be written to. */
export interface Verdict {
  reason: Unfit;
  /** Completes `/dev/sdb …`. */
  problem: string;
  /** What to type or do next. */
  next: string;
}

export const seeOthers = 'See the others: vm deploy';
