import { allPrintable } from '../base/printable.ts';
import type { Scope } from '../base/scope.ts';
import type { Engine } from '../protocol/engine.ts';
import type { Elsewhere } from './which-host.ts';

/** What a command is given: its arguments, checked against the operation's parameters by the engine later. */
export interface Invocation {
  engine: Engine;
  /** Where the engine is, if it is not here. */
  elsewhere: Elsewhere | undefined;
  /** By the names of the operation's parameters; sizes and durations still as typed. */
  // biome-ignore lint/suspicious/noExplicitAny: the engine checks them
  values: Record<string, any>;
  scope: Scope;
  json: boolean;
  /** Prints a result as JSON, or keeps it for the list of several machines' results. */
  printJson(result: unknown): void;
}

/** How one command of `vm` acts and prints; its flags and help come from the operation table. */
export interface Command {
  /** @returns the exit code, if it is not 0 */
  run(invocation: Invocation): Promise<number | undefined>;
}

/**
 * A command that calls an operation and prints what it returned: as JSON with --json, else as `text` says, which
 * is given it `printable`.
 */
export function show<Result>(
  call: (invocation: Invocation) => Promise<Result>,
  text: (result: Result, invocation: Invocation) => string,
): Command {
  return {
    run: async (invocation) => {
      const { print } = await import('./output.ts');
      const result = await call(invocation);
      if (invocation.json) invocation.printJson(result);
      else {
        const said = text(allPrintable(result), invocation);
        if (said !== '') print(said);
      }
      return undefined;
    },
  };
}
