import * as z from 'zod/mini';
import { AgentLost, type GuestAgent } from './guest-agent.ts';

/** A file that the agent holds open for us in the guest. */
export type GuestFile = number;

const handle = z.int();
const pid = z.object({ pid: z.int() });
const bytes = z.object({ 'buf-b64': z.string(), eof: z.boolean() });
const written = z.object({ count: z.int() });
const place = z.object({ position: z.int().check(z.minimum(0)) });
const status = z.object({
  exited: z.boolean(),
  exitcode: z.optional(z.int()),
  signal: z.optional(z.int()),
  'out-data': z.optional(z.string()),
  'err-data': z.optional(z.string()),
  'out-truncated': z.optional(z.boolean()),
  'err-truncated': z.optional(z.boolean()),
});

/** How a command in the guest has ended; `signal` where one killed it. */
export interface GuestEnd {
  code: number | undefined;
  signal: number | undefined;
  stdout: Buffer;
  stderr: Buffer;
  /** It wrote more than the agent keeps. */
  truncated: boolean;
}

export interface GuestProgram {
  path: string;
  arg: readonly string[];
  /** `K=V`, in place of the agent's own environment. */
  env?: readonly string[];
  /** Its output is kept by the agent, up to 16 MiB of each kind, and told at the end. */
  capture?: boolean;
}

/** Bytes that an answer with captured output may have: twice 16 MiB in base64. */
const capturedLimit = 48 * 2 ** 20;

/** Starts a program. @returns its pid in the guest @throws AgentRefusal, as all here */
export async function startProgram(agent: GuestAgent, program: GuestProgram): Promise<number> {
  const { path, arg, env, capture = false } = program;
  return (await ask(agent, pid, 'guest-exec', { path, arg, env, 'capture-output': capture })).pid;
}

/** @returns undefined while it runs; how it has ended is told once */
export async function endOfProgram(agent: GuestAgent, pid: number): Promise<GuestEnd | undefined> {
  const said = await ask(agent, status, 'guest-exec-status', { pid }, capturedLimit);
  if (!said.exited) return undefined;
  const decode = (text = '') => Buffer.from(text, 'base64');
  return {
    code: said.exitcode,
    signal: said.signal,
    stdout: decode(said['out-data']),
    stderr: decode(said['err-data']),
    truncated: said['out-truncated'] === true || said['err-truncated'] === true,
  };
}

/** Opens a file in one of the modes of fopen(3). A new one may be written by everybody: mind the directory. */
export function openGuestFile(agent: GuestAgent, path: string, mode: 'r' | 'w' | 'w+'): Promise<GuestFile> {
  return ask(agent, handle, 'guest-file-open', { path, mode });
}

export async function closeGuestFile(agent: GuestAgent, file: GuestFile): Promise<void> {
  await agent.execute('guest-file-close', { handle: file });
}

/** At most `count` bytes from where the last reading ended; none at the end of the file. */
export async function readGuestFile(agent: GuestAgent, file: GuestFile, count: number): Promise<Buffer> {
  const limit = Math.ceil((count / 3) * 4) + 4096;
  const said = await ask(agent, bytes, 'guest-file-read', { handle: file, count }, limit);
  return Buffer.from(said['buf-b64'], 'base64');
}

/** How many bytes the file has; reading goes on at `place`. */
export async function sizeOfGuestFile(agent: GuestAgent, file: GuestFile, at: number): Promise<number> {
  const seek = (offset: number, whence: 'set' | 'end') =>
    ask(agent, place, 'guest-file-seek', { handle: file, offset, whence });
  const [{ position }] = await Promise.all([seek(0, 'end'), seek(at, 'set')]);
  return position;
}

export async function writeGuestFile(agent: GuestAgent, file: GuestFile, content: Uint8Array): Promise<void> {
  for (let at = 0; at < content.length; ) {
    const text = Buffer.from(content.subarray(at)).toString('base64');
    const { count } = await ask(agent, written, 'guest-file-write', { handle: file, 'buf-b64': text });
    if (count <= 0) throw new AgentLost('it writes nothing');
    at += count;
  }
}

/** @throws AgentLost where the answer does not have the shape that it must have */
async function ask<Schema extends z.ZodMiniType>(
  agent: GuestAgent,
  schema: Schema,
  command: string,
  parameters: Record<string, unknown>,
  limit?: number,
): Promise<z.output<Schema>> {
  const said = schema.safeParse(await agent.execute(command, parameters, limit ? { limit } : {}));
  if (said.success) return said.data as z.output<Schema>;
  throw new AgentLost(`its answer to ${command} is none`);
}
