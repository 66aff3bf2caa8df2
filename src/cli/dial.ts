import type { Socket } from 'node:net';
import { Duplex, finished } from 'node:stream';
import { errnoOf } from '../base/errors.ts';
import { connectUnix } from '../host/unix-socket.ts';
import { openHome } from '../machine/home.ts';
import { serviceFile } from '../machine/service-files.ts';
import type { Command } from './command.ts';
import { argumentsOf } from './exact-arguments.ts';

/** Passes a connection from another host's `vm` on to vmd. Where none runs, it is served here. */
const dial: Command = {
  run: async ({ values, scope }) => {
    argumentsOf('dial', values.extra, []);
    const line = standardLine();
    scope.caller?.addEventListener('abort', () => line.destroy()); // it lasts as long as whoever has dialled
    const vmd = await reachVmd();
    if (vmd) await passOn(line, vmd);
    else await (await import('../daemon/serve-connection.ts')).serveConnection(line, process.env);
    return undefined;
  },
};

export default dial;

/** Standard input and output as one; whoever does not read it any more has closed it. */
function standardLine(): Duplex {
  const line = Duplex.from({ readable: process.stdin, writable: process.stdout });
  process.stdout.removeAllListeners('error').on('error', () => line.destroy());
  return line;
}

async function reachVmd(): Promise<Socket | undefined> {
  try {
    return await connectUnix(serviceFile(openHome(process.env), 'socket'));
  } catch (error) {
    if (['ENOENT', 'ECONNREFUSED'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}

async function passOn(line: Duplex, vmd: Socket): Promise<void> {
  line
    .on('error', () => {})
    .pipe(vmd)
    .pipe(line);
  line.once('close', () => vmd.destroy());
  await new Promise<void>((resolve) => finished(vmd, () => resolve()));
  line.destroy();
}
