/** `vivarium/client`: the engine over HTTP, in a browser or in Node. Unix sockets and ssh: `connect` of `vivarium`. */
import type { Engine } from '../protocol/engine.ts';
import { browserTransport } from './browser-transport.ts';
import { engineOver } from './engine.ts';

export type { ErrorCode } from '../base/error-table.ts';
export { isVivariumError, VivariumError } from '../base/errors.ts';
export { type Progress, Scope, type ScopeOptions } from '../base/scope.ts';
export type { Engine } from '../protocol/engine.ts';
export type * from '../protocol/views.ts';

/** Where a service is, and as whom. */
export interface Service {
  /** Its origin: `http://127.0.0.1:8470`. */
  url: string;
  /** What `vm token create` has said. */
  token?: string;
  /** Long work goes on when this page or program is gone. */
  detached?: boolean;
}

/** The engine of a vmd. Nothing is sent before it is called. */
export function httpEngine({ url, token, detached = false }: Service): Engine {
  return engineOver(browserTransport(url, token), { detached });
}
