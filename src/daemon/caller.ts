import type { Engine } from '../protocol/engine.ts';

/** Who calls, and what there is for them: an engine that does for them what they may. */
export interface Caller {
  /** Distinguishes callers: the id of a token, or `owner`. */
  id: string;
  engine: Engine;
}
