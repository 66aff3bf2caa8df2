import { Qmp } from '../src/qemu/qmp.ts';
import type { Bench } from './bench.ts';

/** Connects to a QEMU that is being started. */
export async function awaitQmp(bench: Bench, socket: string): Promise<Qmp> {
  for (const end = performance.now() + 30_000; performance.now() < end; ) {
    const qmp = await Qmp.connect(socket, 10_000);
    if (qmp) return qmp;
    bench.signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error(`QEMU does not answer at ${socket}`);
}
