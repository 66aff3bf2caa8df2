import { Qmp } from '../../src/qemu/qmp.ts';

/** The events by which a QEMU tells that its guest stands still or goes on, as they come. */
export async function watchEvents(socket: string): Promise<AsyncDisposable & { seen: string[] }> {
  const qmp = await Qmp.connect(socket, 5000);
  if (!qmp) throw new Error(`nobody listens at ${socket}`);
  const seen: string[] = [];
  qmp.onEvent = ({ event }) => {
    if (['STOP', 'RESUME', 'SUSPEND', 'SHUTDOWN'].includes(event)) seen.push(event);
  };
  return { seen, [Symbol.asyncDispose]: async () => qmp[Symbol.dispose]() };
}
