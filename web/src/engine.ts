/** The page's one door to the house: the engine over HTTP, its table, and how figures are written. */
export { parseDuration, roundDuration } from '../../src/base/durations.ts';
export { printable } from '../../src/base/printable.ts';
export { quoteWord } from '../../src/base/quote-word.ts';
export { exactSize, parseSize, roundSize } from '../../src/base/sizes.ts';
export * from '../../src/client/index.ts';
export type { AuditEntry, NewToken, OwnGrant, TokenView } from '../../src/protocol/access-views.ts';
export { callOf as callable } from '../../src/protocol/engine.ts';
export type { Change, TaskView } from '../../src/protocol/events.ts';
export { formatForward, parseForward } from '../../src/protocol/forward.ts';
export { type MachineSpec, openSettings } from '../../src/protocol/machine-spec.ts';
export { type Access, accessLevels, type ParametersOf, type ResultOf } from '../../src/protocol/operation.ts';
export { type OperationName, type Operations, operations } from '../../src/protocol/operations.ts';
export { formatTerminalSize, sharedSizeFor, type TerminalSize } from '../../src/protocol/terminal-size.ts';
export { cpuPercent, type MachineUsage } from '../../src/protocol/usage.ts';
