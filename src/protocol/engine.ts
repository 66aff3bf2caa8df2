import { Scope } from '../base/scope.ts';
import type { Operation, ParametersOf, ResultOf } from './operation.ts';
import { type OperationName, type Operations, operations } from './operations.ts';

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

/** One operation, called by its name with whatever was given. */
export type AnyCall = (name: OperationName, parameters: unknown, scope: Scope) => Promise<unknown>;

/** The engine all of whose operations are done by one function; a call without a scope gets the table's deadline. */
export function engineOf(call: AnyCall): Engine {
  const engine: Record<string, Record<string, unknown>> = {};
  for (const [name, { timeout }] of Object.entries(operations) as [OperationName, Operation][]) {
    const [noun = '', verb = ''] = name.split('.');
    engine[noun] ??= {};
    engine[noun][verb] = (parameters: unknown, scope = new Scope({ timeout })) =>
      call(name, parameters, scope);
  }
  return engine as Engine;
}

/** Calls an engine's operation by its name. */
export function callOf(engine: Engine): AnyCall {
  return (name, parameters, scope) => {
    const [noun = '', verb = ''] = name.split('.');
    const nouns = engine as unknown as Record<string, Record<string, AnyVerb>>;
    return (nouns[noun] as Record<string, AnyVerb>)[verb]?.(parameters, scope) as Promise<unknown>;
  };
}

type AnyVerb = (parameters: unknown, scope: Scope) => Promise<unknown>;
