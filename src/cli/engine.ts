import { localEngine } from '../engine/local.ts';
import type { Engine } from '../protocol/engine.ts';
import type { Elsewhere } from './which-host.ts';

/** The engine of a command, until the command has ended. */
export interface Place extends Disposable {
  engine: Engine;
}

/** What other hosts need is loaded for them alone: a command here pays nothing for it. @throws `parameter-invalid` */
export async function openPlace(elsewhere: Elsewhere | undefined): Promise<Place> {
  if (!elsewhere) return { engine: localEngine(), [Symbol.dispose]: () => {} };
  const { connect } = await import('../remote/connect.ts');
  return connect(elsewhere.url, elsewhere);
}
