import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { connectUnix } from '../host/unix-socket.ts';
import type { JobSockets } from './devices/job.ts';

export interface JobStreams {
  /** What the job reads. Absent with a job on the console, which has its own. */
  input?: Readable;
  output?: Writable;
  error?: Writable;
  /** Hangs up when it aborts. */
  signal?: AbortSignal;
}

/**
 * Attends the job of a guest, which waits until it is called: gives it what it reads, passes on what it writes, and
 * hangs up when all of that has come, upon which the guest switches itself off.
 * @returns the job's exit code, 128 and the signal's number where it was killed; undefined where the guest has gone
 * without a word
 * @throws a system error where there is no such socket, or an output cannot be written to
 */
export async function attendJob(sockets: JobSockets, streams: JobStreams): Promise<number | undefined> {
  const { input, output, error, signal } = streams;
  await using lines = new AsyncDisposableStack();
  const call = async (name: keyof JobSockets): Promise<Socket> => {
    const socket = await connectUnix(sockets[name]);
    lines.defer(() => void socket.destroy());
    signal?.addEventListener('abort', () => socket.destroy());
    return socket;
  };
  const passing = [
    output && passOn(await call('out'), output),
    error && passOn(await call('err'), error),
  ].map((it) => it ?? { reached: async () => {}, failed: new Promise<never>(() => {}) });
  if (input) input.pipe(await call('in'));
  lines.defer(() => void input?.unpipe());
  // The guest goes on as soon as this one is there: all others have to be.
  const status = await call('status');
  const ended = async (): Promise<number | undefined> => {
    for await (const line of createInterface({ input: status })) {
      const [, code, ...written] = /^exit (\d+) (\d+) (\d+)$/.exec(line) ?? [];
      if (code === undefined) continue;
      await Promise.all(passing.map(({ reached }, index) => reached(Number(written[index]))));
      return Number(code);
    }
    return undefined;
  };
  // What had aborted before all were called is told to none of them.
  const hungUp = signal?.aborted ? [undefined] : [];
  return await Promise.race([...hungUp, ended(), ...passing.map(({ failed }) => failed)]);
}

interface Passing {
  /** When so many bytes have been passed on, or no more can come. */
  reached(bytes: number): Promise<void>;
  /** Rejects when the sink does not take any more. */
  failed: Promise<never>;
}

function passOn(source: Socket, sink: Writable): Passing {
  let passed = 0;
  let look = () => {};
  const all = (async () => {
    for await (const chunk of source) {
      if (!sink.write(chunk)) await once(sink, 'drain');
      passed += (chunk as Buffer).length;
      look();
    }
  })();
  all.catch(() => {}); // it is told through `failed`
  return {
    reached: async (bytes) => {
      const enough = new Promise<void>((resolve) => {
        look = () => passed >= bytes && resolve();
        look();
      });
      await Promise.race([enough, all]);
    },
    failed: new Promise((_, reject) => {
      sink.once('error', reject);
      all.catch(reject);
    }),
  };
}
