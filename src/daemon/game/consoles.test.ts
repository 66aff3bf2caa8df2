import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { engineOf } from '../../protocol/engine.ts';
import type { Change } from '../../protocol/events.ts';
import type { MachineView, Terminal } from '../../protocol/views.ts';
import { Board } from './board.ts';
import { Consoles } from './consoles.ts';
import { Machines } from './machines.ts';
import { newsAfter, Stamps } from './stamped.ts';

/** A vmd that tells what machines there are when the test says so, with one whose guest says what is typed. */
function scripted(left: AbortSignal) {
  const known = Promise.withResolvers<void>();
  const sitting = new Set<PromiseWithResolvers<Buffer>>();
  async function* changes(): AsyncGenerator<Change> {
    await known.promise;
    const machine: MachineView = {
      name: 'm',
      state: 'running',
      forwards: [],
      autostart: false,
      runitVm: false,
    };
    yield { kind: 'machines', machines: [machine] };
    await once(left, 'abort');
  }
  const terminal = (): Terminal => {
    const said = Promise.withResolvers<Buffer>();
    sitting.add(said);
    return {
      scrollback: Buffer.from('said before'),
      output: (async function* () {
        yield await said.promise;
      })(),
      idle: 0,
      canType: true,
      write: async (bytes) => {
        for (const { resolve } of sitting) resolve(Buffer.from(bytes));
      },
      close: () => sitting.delete(said),
    };
  };
  const engine = engineOf(async (name) => (name === 'host.events' ? changes() : terminal()));
  return { engine, know: known.resolve };
}

test('what is typed waits for who wants to hear what is said to it', async () => {
  const ended = new AbortController();
  const { engine, know } = scripted(ended.signal);
  const stamps = new Stamps(() => {});
  const board = new Board(stamps);
  const machines = new Machines(board);
  const caller = { id: 'it', engine, until: ended.signal, enter: () => ({ [Symbol.dispose]: () => {} }) };
  const consoles = new Consoles(caller, machines, board, stamps);
  const following = machines.follow(engine, ended.signal);
  consoles.hear('m');
  consoles.type('m', Buffer.from('typed'));
  await setImmediate(); // all that does not wait for the machines is done
  know();
  await setImmediate();
  const { news } = newsAfter(0, consoles.sources, stamps);
  expect(news).toEqual([{ kind: 'output', machine: 'm', text: 'typed' }]);
  ended.abort();
  consoles.close();
  await following;
});
