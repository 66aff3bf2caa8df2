import { randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import { errnoOf } from '../base/errors.ts';
import { connectUnix } from '../host/unix-socket.ts';

/** What the guest agent answers where it refuses a command. */
export class AgentRefusal extends Error {}

/** The agent said nothing in time, or its channel was closed, or what came is not its protocol. */
export class AgentLost extends Error {}

/** Bytes that an answer may have, unless more is expected; milliseconds that one may take. */
const usualLimit = 2 ** 20;
const usualPatience = 30_000;

/** Before it an agent's parser, and ours, forget what an earlier client has left half said. */
const fresh = 0xff;

interface Waiting {
  /**
   * The id that an answer to `guest-sync-delimited` has: all before its 0xFF byte is somebody else's, and so is an
   * answer with another id, for which an earlier client did not wait.
   */
  sync: number | undefined;
  limit: number;
  resolve(answer: Record<string, unknown>): void;
  reject(error: Error): void;
}

/**
 * One connection to the guest agent (QEMU's docs/interop/qemu-ga-ref). QEMU serves one client a channel at a time,
 * and the agent answers one command after the other, in their order; several may be asked at once. The guest is not
 * to be trusted: no answer is waited for without end or kept beyond its limit.
 */
export class GuestAgent implements Disposable {
  readonly #socket: Socket;
  readonly #waiting: Waiting[] = [];
  #chunks: Buffer[] = [];
  #length = 0;
  #lost: AgentLost | undefined;
  #asked = false;
  /** How much is under way in the middle of which it is not given up, and whether it is to be then. */
  #whole = 0;
  #unwanted = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => this.#end('its channel was closed'));
  }

  /** @returns undefined where nobody listens at the path: the machine has no channel, or QEMU is not up yet */
  static async connect(path: string): Promise<GuestAgent | undefined> {
    try {
      return new GuestAgent(await connectUnix(path));
    } catch (error) {
      if (['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EAGAIN'].includes(errnoOf(error) ?? '')) return undefined;
      throw error;
    }
  }

  /** Gets into step with the agent; before anything else. @throws AgentLost */
  async sync(patience: number): Promise<void> {
    const id = randomInt(2 ** 47);
    const command = JSON.stringify({ execute: 'guest-sync-delimited', arguments: { id } });
    const bytes = Buffer.concat([Buffer.of(fresh), Buffer.from(`${command}\n`)]);
    await this.#ask(bytes, { sync: id, limit: 4096, patience });
  }

  /**
   * @param limit the most bytes that the answer may have
   * @throws AgentRefusal, AgentLost
   */
  async execute(
    command: string,
    parameters?: Record<string, unknown>,
    { limit = usualLimit, patience = usualPatience }: { limit?: number; patience?: number } = {},
  ): Promise<unknown> {
    const bytes = Buffer.from(`${JSON.stringify({ execute: command, arguments: parameters })}\n`);
    const answer = await this.#ask(bytes, { sync: undefined, limit, patience });
    if ('return' in answer) return answer.return;
    throw new AgentRefusal(String(Object(answer.error).desc ?? 'it gave no reason'));
  }

  /** Does something to its end, as long as the agent answers, also where it is given up meanwhile. */
  async whole<T>(act: () => Promise<T>): Promise<T> {
    this.#whole++;
    try {
      return await act();
    } finally {
      this.#whole--;
      if (this.#unwanted) this.giveUp();
    }
  }

  giveUp(): void {
    this.#unwanted = true;
    if (this.#whole === 0) this.#end('it was given up');
  }

  [Symbol.dispose](): void {
    this.#end('it was given up');
  }

  #ask(
    bytes: Buffer,
    { patience, ...expected }: { sync: number | undefined; limit: number; patience: number },
  ): Promise<Record<string, unknown>> {
    if (this.#lost) return Promise.reject(this.#lost);
    const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>();
    this.#waiting.push({ ...expected, resolve, reject });
    const timer = setTimeout(() => this.#end('it does not answer'), patience);
    this.#asked = true;
    this.#socket.write(bytes);
    return promise.finally(() => clearTimeout(timer));
  }

  #read(bytes: Buffer): void {
    for (let rest = bytes; rest.length > 0; ) {
      const [waiting] = this.#waiting;
      if (!waiting && !this.#asked) return; // the end of what an earlier client was told
      if (!waiting) return void this.#end('it speaks without being asked');
      if (waiting.sync !== undefined) {
        const at = rest.lastIndexOf(fresh);
        if (at < 0 && this.#length === 0) return; // still the end of what an earlier client was told
        if (at >= 0) this.#forget();
        rest = rest.subarray(Math.max(at, 0)); // the byte itself stays, to tell that the answer has begun
      }
      const end = rest.indexOf(0x0a);
      const part = end < 0 ? rest : rest.subarray(0, end);
      this.#chunks.push(part);
      this.#length += part.length;
      if (this.#length > waiting.limit) return void this.#end('its answer is too long');
      if (end < 0) return;
      this.#take(waiting);
      rest = rest.subarray(end + 1);
    }
  }

  #take(waiting: Waiting): void {
    const line = Buffer.concat(this.#chunks);
    this.#forget();
    const answer = parseAnswer(line.subarray(waiting.sync === undefined ? 0 : 1));
    if (waiting.sync !== undefined && answer?.return !== waiting.sync) return;
    this.#waiting.shift();
    if (answer) waiting.resolve(answer);
    else waiting.reject(this.#end('what it says is no answer'));
  }

  #forget(): void {
    this.#chunks = [];
    this.#length = 0;
  }

  #end(reason: string): AgentLost {
    this.#lost ??= new AgentLost(reason);
    this.#socket.destroy();
    this.#forget();
    for (const { reject } of this.#waiting.splice(0)) reject(this.#lost);
    return this.#lost;
  }
}

function parseAnswer(line: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line.toString());
    const isAnswer = typeof value === 'object' && value !== null && ('return' in value || 'error' in value);
    return isAnswer ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
