import type { Server } from 'node:net';
import { aroundTerminal } from '../access/streams.ts';
import { isVivariumError } from '../base/errors.ts';
import { callOf, type Engine, engineOf } from '../protocol/engine.ts';
import type { Terminal } from '../protocol/views.ts';
import type { Counts } from './metrics-text.ts';

/** Counts, and tells Prometheus when it asks: only then what knows its format is loaded. */
export class Metrics {
  readonly #counts: Counts = {
    requests: new Map(),
    viewers: { console: 0, screen: 0 },
    resyncs: 0,
    sockets: { unix: 0, tcp: 0 },
  };

  /** The same engine; what is asked of it is counted. */
  counted(engine: Engine): Engine {
    const call = callOf(engine);
    return engineOf(async (operation, parameters, scope) => {
      const { requests } = this.#counts;
      const count = (result: string) => {
        const key = `${operation} ${result}`;
        requests.set(key, (requests.get(key) ?? 0) + 1);
      };
      try {
        const result = await call(operation, parameters, scope);
        count('ok');
        const what = operation === 'machine.console' ? 'console' : 'screen';
        return operation === 'machine.console' || operation === 'machine.screen'
          ? this.#viewed(result as Terminal, what)
          : result;
      } catch (error) {
        count(isVivariumError(error) ? error.code : 'unexpected');
        throw error;
      }
    });
  }

  /** A viewer has got a console anew. */
  resynced(): void {
    this.#counts.resyncs++;
  }

  /** Counts those who are connected to a server. */
  watch(server: Server, by: 'unix' | 'tcp'): void {
    server.on('connection', (socket) => {
      this.#counts.sockets[by]++;
      socket.once('close', () => this.#counts.sockets[by]--);
    });
  }

  /** All, in Prometheus' text format: of machines, those that the engine shows. */
  async text(engine: Engine): Promise<string> {
    const { metricsText } = await import('./metrics-text.ts');
    return await metricsText(this.#counts, engine);
  }

  #viewed(terminal: Terminal, what: 'console' | 'screen'): Terminal {
    this.#counts.viewers[what]++;
    let gone = false;
    const leave = () => {
      if (!gone) this.#counts.viewers[what]--;
      gone = true;
    };
    async function* untilLeft<T>(output: AsyncIterable<T>) {
      try {
        yield* output;
      } finally {
        leave();
      }
    }
    const close = () => {
      leave();
      terminal.close();
    };
    return Object.assign(aroundTerminal(terminal, { output: untilLeft }), { close });
  }
}
