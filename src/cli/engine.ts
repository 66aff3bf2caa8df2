import { localEngine } from '../engine/local.ts';
import type { Call, Engine } from '../protocol/engine.ts';
import type { Elsewhere } from './which-host.ts';

/** The engine of a command, until the command has ended. */
export interface Place extends Disposable {
  engine: Engine;
  /** Where it is, if it is not here. */
  elsewhere: Elsewhere | undefined;
}

/** What other hosts need is loaded for them alone: a command here pays nothing for it. @throws `parameter-invalid` */
export async function openPlace(elsewhere: Elsewhere | undefined): Promise<Place> {
  if (!elsewhere) return { engine: engineHere(), elsewhere, [Symbol.dispose]: () => {} };
  const [{ connect }, { consoleThere }] = await Promise.all([
    import('../remote/connect.ts'),
    import('./console-ways.ts'),
  ]);
  const connection = connect(elsewhere.url, elsewhere);
  const { engine, address } = connection;
  return {
    engine: withConsole(engine, consoleThere(engine.machine.console, address)),
    elsewhere,
    [Symbol.dispose]: () => connection[Symbol.dispose](),
  };
}

function engineHere(): Engine {
  const engine = localEngine();
  return withConsole(engine, async (...of) => {
    const { consoleHere } = await import('./console-ways.ts');
    return await consoleHere(engine.machine.console)(...of);
  });
}

const withConsole = (engine: Engine, console: Call<'machine.console'>): Engine => ({
  ...engine,
  machine: { ...engine.machine, console },
});
