import type { Scope } from '../base/scope.ts';
import type { Home } from '../machine/home.ts';
import type { CheckedParametersOf, ResultOf } from '../protocol/operation.ts';
import type { OperationName, Operations } from '../protocol/operations.ts';

/** How the local engine does the operations of a noun; parameters come checked. */
export type Implementation<Noun extends string> = {
  [Name in Extract<OperationName, `${Noun}.${string}`>]: (
    home: Home,
    parameters: CheckedParametersOf<Operations[Name]>,
    scope: Scope,
  ) => Promise<ResultOf<Operations[Name]>>;
};
