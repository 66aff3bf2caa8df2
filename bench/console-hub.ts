import { setTimeout } from 'node:timers/promises';
import { usualLinger, withHub } from '../src/daemon/hub/hub.ts';
import { connectUnix } from '../src/host/unix-socket.ts';
import type { Engine } from '../src/index.ts';
import type { Bench } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { consoleOf } from './console-answer.ts';
import { clockFlood } from './console-flood.ts';
import { paired } from './paired.ts';
import { raiseVmd } from './raise-vmd.ts';
import { idleMachine } from './tiny-machine.ts';

const name = 'printer';

/** In time; of the rate it is 0.7. */
const bar = 1.43;

export const consoleHub: Benchmark = {
  name: 'console-hub',
  how:
    'A tiny guest prints 129 KB of lines at its serial console: until one viewer has them all, over until a client of ' +
    "QEMU's own socket has them.",
  measure: async (bench) => {
    await using _machine = await idleMachine(bench, name);
    await using hub = withHub(bench.engine, { linger: 0 });
    const comparison = {
      over: "QEMU's socket",
      bar,
      pairs: 10,
      theirs: async () => {
        const socket = await connectUnix(consoleOf(bench, name));
        const took = await clockFlood(bench, (bytes) => socket.write(bytes), socket);
        socket.destroy();
        return took;
      },
    };
    const inProcess = await paired(bench, {
      ...comparison,
      what: 'a viewer of the hub',
      ours: () => view(bench, hub),
    });
    await using vmd = await raiseVmd(bench);
    using connection = vmd.connect();
    const ours = async () => {
      const took = await view(bench, connection.engine);
      await setTimeout(usualLinger + 500); // for so long it draws on what nobody looks at
      return took;
    };
    const served = await paired(bench, { ...comparison, what: "a viewer over vmd's WebSocket", ours });
    return [inProcess, served];
  },
};

async function view(bench: Bench, engine: Engine): Promise<number> {
  const terminal = await engine.machine.console({ name });
  try {
    return await clockFlood(bench, (bytes) => terminal.write(bytes), terminal.output);
  } finally {
    terminal.close();
  }
}
