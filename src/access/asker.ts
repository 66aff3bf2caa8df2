import type { Scope } from '../base/scope.ts';
import type { Engine } from '../protocol/engine.ts';
import type { View } from './view.ts';

/** Who asks for something, who is not the administrator, and the engine that knows of everything. */
export interface Asker {
  view: View;
  engine: Engine;
  scope: Scope;
}
