/** The library: `localEngine()` does all that `vm` does. */
export type { ErrorCode } from './base/error-table.ts';
export { isVivariumError, VivariumError } from './base/errors.ts';
export { type Progress, Scope, type ScopeOptions } from './base/scope.ts';
export { localEngine } from './engine/local.ts';
export type * from './protocol/access-views.ts';
export type * from './protocol/cartridge-views.ts';
export type * from './protocol/device-views.ts';
export type { Engine } from './protocol/engine.ts';
export { operations } from './protocol/operations.ts';
export type * from './protocol/views.ts';
export { type Connection, connect } from './remote/connect.ts';
