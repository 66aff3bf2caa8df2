import { readFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { isVivariumError, VivariumError } from '../base/errors.ts';
import { quoteWord } from '../base/quote-word.ts';
import type { Scope } from '../base/scope.ts';
import { packageFile } from '../host/package-files.ts';
import { type PipedEnd, pipeTool } from '../host/pipe-tool.ts';
import type { ExecResult, Execution } from '../protocol/views.ts';
import { exec, spawn } from './exec.ts';
import type { Machine } from './machine.ts';
import { sshReach } from './ssh.ts';
import type { Place } from './ssh-forward.ts';

/** An archive for a guest, made when it is known whether GNU tar reads it. */
export type Packing = (gnu: boolean) => AsyncIterable<Uint8Array>;

/** A way to carry archives into a guest and out of it. Both throw `copy-failed` with the guest's words. */
export interface Carrier {
  by: 'ssh' | 'agent';
  /** Runs guest/reach/receive.sh. */
  send(args: readonly string[], packing: Packing): Promise<void>;
  /** Runs guest/reach/send.sh and hands on what that writes. */
  fetch(args: readonly string[], take: (output: AsyncIterable<Uint8Array>) => Promise<void>): Promise<void>;
}

const doing = 'Copying by ssh';

/** @param place where the ssh server of the guest greets */
export function sshCarrier(scope: Scope, machine: Machine, place: Place, user: string | undefined): Carrier {
  const start = (name: 'receive' | 'send', args: readonly string[]) => {
    const remote = ['sh', '-c', script(name), 'sh', ...args].map(quoteWord).join(' ');
    const [program = '', ...options] = sshReach(machine, place, user, [
      '-T',
      '-o',
      'BatchMode=yes',
      remote,
    ]).argv;
    return pipeTool(scope, program, options, doing);
  };
  return {
    by: 'ssh',
    send: async (args, packing) => {
      const remote = start('receive', args);
      try {
        const { said, rest } = await heading(remote.stdout);
        const fed = pipeline(packing(said === 'gnu'), remote.stdin).catch((error: unknown) => error);
        const [failed] = await Promise.all([fed, letPass(rest)]);
        const end = await remote.ended;
        inTime(scope, machine);
        // What is wrong with the source is told first; a guest that hangs up has a reason of its own.
        if (isVivariumError(failed)) throw failed;
        checkEnd(machine, end);
      } finally {
        remote.kill();
      }
    },
    fetch: async (args, take) => {
      const remote = start('send', args);
      try {
        remote.stdin.end();
        const failed = await take(remote.stdout).catch((error: unknown) => error);
        inTime(scope, machine);
        // Where its output has come to an end, the guest knows better what is wrong with it.
        if (failed === undefined || remote.stdout.readableEnded) checkEnd(machine, await remote.ended);
        if (failed !== undefined) throw failed;
      } finally {
        remote.kill();
      }
    },
  };
}

/** A guest in which programs can be run, wherever it is. */
export interface Reached {
  name: string;
  exec(program: Script): Promise<ExecResult>;
  spawn(program: Script): Promise<Execution>;
}

interface Script {
  command: string[];
  user?: string | undefined;
  input?: AsyncIterable<Uint8Array>;
}

/** Slower, but it needs neither a network nor a key. */
export function agentCarrier(scope: Scope, machine: Machine, user: string | undefined): Carrier {
  return carrierThrough(
    {
      name: machine.name,
      exec: (program) => exec(scope, machine, program),
      spawn: (program) => spawn(scope, machine, program),
    },
    user,
  );
}

/** The same through whatever runs programs in the guest. */
export function carrierThrough(guest: Reached, user: string | undefined): Carrier {
  const program = (name: 'receive' | 'send', args: readonly string[]) => ({
    command: ['sh', '-c', script(name), 'sh', ...args],
    user,
  });
  return {
    by: 'agent',
    send: async (args, packing) => {
      const { stdout } = await guest.exec({ command: ['tar', '--version'] });
      const input = packing(stdout.includes('GNU tar'));
      const { code, stderr } = await guest.exec({ ...program('receive', args), input });
      if (code !== 0) throw copyFailed(guest, stderr);
    },
    fetch: async (args, take) => {
      const { output, end } = await guest.spawn(program('send', args));
      let said = '';
      async function* archive(): AsyncGenerator<Uint8Array> {
        for await (const { stream, bytes } of output) {
          if (stream === 'stdout') yield bytes;
          else said = (said + Buffer.from(bytes).toString()).slice(-16_384);
        }
      }
      const stream = archive();
      try {
        await take(stream);
      } finally {
        await stream.return(undefined); // what is not wanted is not sent
      }
      if ((await end).code !== 0) throw copyFailed(guest, said);
    },
  };
}

/** What the scripts say to us begins so; a login shell may have said other things first. */
const mark = 'vivarium: ';

/** Bytes in which a script must have said something. */
const enough = 65_536;

/** What a script says first, and what follows on that line; without such a line both are empty. */
export async function heading(
  stream: AsyncIterable<Uint8Array>,
): Promise<{ said: string; rest: AsyncIterable<Uint8Array> }> {
  const chunks = stream[Symbol.asyncIterator]();
  let text = Buffer.alloc(0);
  for (let read = 0; ; ) {
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const line = text.subarray(0, end).toString();
      text = text.subarray(end + 1);
      if (line.startsWith(mark)) return { said: line.slice(mark.length), rest: joined(text, chunks) };
    }
    if (read >= enough) break;
    const { value, done } = await chunks.next();
    if (done) break;
    read += value.length;
    text = Buffer.concat([text, value]);
  }
  return { said: '', rest: joined(Buffer.alloc(0), chunks) };
}

async function* joined(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (first.length > 0) yield first;
  yield* { [Symbol.asyncIterator]: () => rest };
}

/** A tool whose output nobody takes would stand still. */
async function letPass(stream: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of stream);
}

function inTime(scope: Scope, { name }: { name: string }): void {
  scope.check(() => ({
    awaited: `the copy with ${name}`,
    lines: [],
    hint: 'Nothing was replaced. Allow it more time: --timeout 1h',
  }));
}

function checkEnd(machine: Machine, { code, exit, said }: PipedEnd): void {
  if (code !== 0) throw copyFailed(machine, said.length > 0 ? said.join('\n') : `ssh ended with ${exit}`);
}

function copyFailed({ name }: { name: string }, said: string): VivariumError {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  return new VivariumError('copy-failed', { name, said: lines.slice(-8) });
}

function script(name: 'receive' | 'send'): string {
  return readFileSync(packageFile(`guest/reach/${name}.sh`), 'utf8');
}
