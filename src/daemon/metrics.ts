import type { Server } from 'node:net';
import { Counter, Gauge, Registry } from 'prom-client';
import { isVivariumError } from '../base/errors.ts';
import { callOf, type Engine, engineOf } from '../protocol/engine.ts';
import type { Terminal } from '../protocol/views.ts';
import { machineMetrics, processMetrics } from './metrics-at-once.ts';

/** What is counted while vmd runs, and what is found out when Prometheus asks. */
export class Metrics {
  /** The type of `text`. */
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  readonly #registry = new Registry();
  readonly #requests = new Counter({
    name: 'vivarium_requests_total',
    help: 'Operations that were asked for, by what came of them: ok, or the code of an error.',
    labelNames: ['operation', 'result'],
    registers: [this.#registry],
  });
  readonly #viewers = new Gauge({
    name: 'vivarium_viewers',
    help: 'Who looks at a console or a screen now.',
    labelNames: ['what'],
    registers: [this.#registry],
  });
  readonly #resyncs = new Counter({
    name: 'vivarium_console_resyncs_total',
    help: 'Viewers that fell behind their console, and got it anew as it then was.',
    registers: [this.#registry],
  });
  readonly #sockets = new Gauge({
    name: 'vivarium_open_sockets',
    help: 'Connections to vmd.',
    labelNames: ['by'],
    registers: [this.#registry],
  });

  constructor() {
    for (const what of ['console', 'screen']) this.#viewers.set({ what }, 0);
    for (const by of ['unix', 'tcp']) this.#sockets.set({ by }, 0);
  }

  /** The same engine; what is asked of it is counted. */
  counted(engine: Engine): Engine {
    const call = callOf(engine);
    return engineOf(async (operation, parameters, scope) => {
      const count = (result: string) => this.#requests.inc({ operation, result });
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
    this.#resyncs.inc();
  }

  /** Counts those who are connected to a server. */
  watch(server: Server, by: 'unix' | 'tcp'): void {
    server.on('connection', (socket) => {
      this.#sockets.inc({ by });
      socket.once('close', () => this.#sockets.dec({ by }));
    });
  }

  /** All, in Prometheus' text format: of machines, those that the engine shows. */
  async text(engine: Engine): Promise<string> {
    const found = new Registry();
    processMetrics(found);
    await machineMetrics(found, engine);
    return `${await this.#registry.metrics()}\n${await found.metrics()}`;
  }

  #viewed(terminal: Terminal, what: string): Terminal {
    this.#viewers.inc({ what });
    let gone = false;
    const leave = () => {
      if (!gone) this.#viewers.dec({ what });
      gone = true;
    };
    async function* output() {
      try {
        yield* terminal.output;
      } finally {
        leave();
      }
    }
    return {
      scrollback: terminal.scrollback,
      output: output(),
      idle: terminal.idle,
      get canType() {
        return terminal.canType;
      },
      write: (bytes) => terminal.write(bytes),
      close: () => {
        leave();
        terminal.close();
      },
    };
  }
}
