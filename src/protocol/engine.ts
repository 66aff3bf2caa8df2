import type { Scope } from '../base/scope.ts';
import type { ParametersOf, ResultOf } from './operation.ts';
import type { OperationName, Operations } from './operations.ts';

type Noun = OperationName extends infer Name ? (Name extends `${infer N}.${string}` ? N : never) : never;

/** One operation, called: parameters as the table declares them, and a scope where a deadline or abort matters. */
export type Call<Name extends OperationName> = (
  parameters: ParametersOf<Operations[Name]>,
  scope?: Scope,
) => Promise<ResultOf<Operations[Name]>>;

/** All operations by noun and verb: `engine.machine.start({ name: 'hello' })`. Local or over HTTP. */
export type Engine = {
  [N in Noun]: {
    [Name in OperationName as Name extends `${N}.${infer Verb}` ? Verb : never]: Call<Name>;
  };
};
