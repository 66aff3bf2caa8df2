import { checkParameters } from '../../protocol/check-parameters.ts';
import type { Call, Engine } from '../../protocol/engine.ts';
import { operations } from '../../protocol/operations.ts';
import { parseTerminalSize, usualTerminal } from '../../protocol/terminal-size.ts';
import type { SharedConsole } from './shared-console.ts';

/** Milliseconds for which a console is kept that nobody looks at: who loads a page anew is soon back. */
export const usualLinger = 5000;

export interface HubOptions {
  linger?: number;
  /** Is called for each viewer that fell behind and got its console anew. */
  resynced?: () => void;
}

/** What draws terminals is loaded with the first: a vmd at which nobody looks does without. */
const openConsole: typeof SharedConsole.open = async (...of) =>
  await (await import('./shared-console.ts')).SharedConsole.open(...of);

/** States in which a machine has a console. */
const up: readonly string[] = operations['machine.console'].states ?? [];

/**
 * The same engine, but any number of viewers share a machine's console, and all may type. What is shown to one who
 * joins is the screen as it is, as escape sequences for a terminal of its size, with some scrollback. A viewer that
 * falls behind gets the like of it in the midst of its output, after a reset.
 *
 * A scope's signal closes a viewer; its deadline is for the opening alone.
 */
export function withHub(
  engine: Engine,
  { linger = usualLinger, resynced = () => {} }: HubOptions = {},
): Engine & AsyncDisposable {
  const consoles = new Map<string, Promise<SharedConsole>>();
  const open = new Set<Promise<SharedConsole>>();

  const openShared = (name: string): Promise<SharedConsole> => {
    const abandoned = () => {
      forget();
      void opening.then((console) => console.close());
    };
    const opening = openConsole(engine, name, linger, abandoned, resynced);
    const forget = () => {
      if (consoles.get(name) === opening) consoles.delete(name);
    };
    const gone = () => {
      forget();
      open.delete(opening);
    };
    consoles.set(name, opening);
    open.add(opening);
    opening.then((console) => console.ended).then(gone, gone);
    return opening;
  };

  const sharedConsole: Call<'machine.console'> = async (parameters, scope) => {
    checkParameters('machine.console', parameters);
    const { name } = parameters;
    const size = parameters.size === undefined ? usualTerminal : parseTerminalSize(parameters.size);
    for (let unfit: Promise<SharedConsole> | undefined; ; ) {
      const opening = consoles.get(name);
      if (!opening || opening === unfit) return await (await openShared(name)).join(size, scope?.caller);
      const console = await opening;
      await console.askToType();
      // A machine that has just been stopped is refused as it should be, though its console may not have ended yet.
      const { state } = await engine.machine.status({ name }, scope);
      if (up.includes(state) && !console.over) return await console.join(size, scope?.caller);
      unfit = opening;
    }
  };

  return {
    ...engine,
    machine: { ...engine.machine, console: sharedConsole },
    [Symbol.asyncDispose]: async () => {
      for (const opening of open) {
        const console = await opening.catch(() => undefined); // who opened it was told
        console?.close();
        await console?.ended;
      }
    },
  };
}
