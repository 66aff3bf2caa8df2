import { Scope } from '../../src/index.ts';
import type { Engine } from '../../src/protocol/engine.ts';
import type { Change } from '../../src/protocol/events.ts';
import { eventually } from './eventually.ts';

/** Somebody who listens to what changes. */
export interface Listening extends AsyncDisposable {
  /** All that was told, in order. */
  told: Change[];
  warnings: string[];
  /** Waits for a change, among those told since the last that was waited for. */
  until<Wanted extends Change>(what: string, matches: (change: Change) => change is Wanted): Promise<Wanted>;
  until(what: string, matches: (change: Change) => boolean): Promise<Change>;
}

/** Listens, and has been told of all machines when it returns. */
export async function listen(engine: Engine): Promise<Listening> {
  const abort = new AbortController();
  const told: Change[] = [];
  const warnings: string[] = [];
  const scope = new Scope({
    timeout: 600_000,
    signal: abort.signal,
    report: (progress) => progress.kind === 'warning' && warnings.push(progress.text),
  });
  const changes = await engine.host.events({}, scope);
  const reading = (async () => {
    for await (const change of changes) told.push(change);
  })();
  let waited = 0;
  const until = async (what: string, matches: (change: Change) => boolean) =>
    await eventually(
      () => {
        const at = told.findIndex((change, index) => index >= waited && matches(change));
        if (at < 0) return undefined;
        waited = at + 1;
        return told[at];
      },
      () => `${what}; told since the last: ${JSON.stringify(told.slice(waited))}`,
      20_000,
    );
  await until('all machines', ({ kind }) => kind === 'machines');
  return {
    told,
    warnings,
    until: until as Listening['until'],
    [Symbol.asyncDispose]: async () => {
      abort.abort();
      await reading;
    },
  };
}

/** It is told that the machine is in this state. */
export const becomes =
  (name: string, state: string) =>
  (change: Change): boolean =>
    change.kind === 'machine' && change.machine.name === name && change.machine.state === state;

export const goes =
  (name: string) =>
  (change: Change): boolean =>
    change.kind === 'machine-gone' && change.name === name;
