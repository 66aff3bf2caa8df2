import type { Socket } from 'node:net';
import { errnoOf } from '../base/errors.ts';
import { connectUnix } from '../host/unix-socket.ts';

/** What QEMU answers where it refuses a command. */
export class QmpRefusal extends Error {
  readonly errorClass: string;

  constructor(errorClass: string, description: string) {
    super(description);
    this.errorClass = errorClass;
  }
}

/** The socket was closed, or never answered as QMP does. */
export class QmpClosed extends Error {}

export interface QmpEvent {
  event: string;
  data?: Record<string, unknown>;
}

interface Message {
  QMP?: { version?: { qemu?: { major: number; minor: number; micro: number } } };
  return?: unknown;
  error?: { class: string; desc: string };
  event?: string;
  data?: Record<string, unknown>;
  id?: number;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * One connection to a QMP socket (QEMU's docs/interop/qmp-spec). QEMU serves one client a socket at a time:
 * connect, ask, and dispose of it.
 */
export class Qmp implements Disposable {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #greeting = Promise.withResolvers<void>();
  #text = '';
  #last = 0;
  #closed = false;
  readonly #gone = Promise.withResolvers<void>();
  /** Resolves when the connection has ended, from either side. */
  readonly closed: Promise<void> = this.#gone.promise;
  /** Called with every event. */
  onEvent: (event: QmpEvent) => void = () => {};
  version = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#read(text));
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => this.#end(new QmpClosed('the QMP socket was closed')));
  }

  /**
   * Connects and leaves negotiation mode.
   * @param patience milliseconds to wait for the greeting, which another client may be keeping from us
   * @returns undefined where nobody listens at the path (yet)
   * @throws QmpClosed
   */
  static async connect(path: string, patience: number): Promise<Qmp | undefined> {
    const socket = await connectPatiently(path, patience);
    if (!socket) return undefined;
    const qmp = new Qmp(socket);
    const timer = setTimeout(() => qmp.#end(new QmpClosed('QEMU did not greet')), patience);
    try {
      await qmp.#greeting.promise;
      await qmp.execute('qmp_capabilities');
      return qmp;
    } catch (error) {
      qmp[Symbol.dispose]();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** @throws QmpRefusal, QmpClosed */
  execute<Result = unknown>(command: string, parameters?: Record<string, unknown>): Promise<Result> {
    if (this.#closed) return Promise.reject(new QmpClosed('the QMP socket was closed'));
    const id = ++this.#last;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, { resolve, reject });
    this.#socket.write(`${JSON.stringify({ execute: command, arguments: parameters, id })}\n`);
    return promise as Promise<Result>;
  }

  [Symbol.dispose](): void {
    this.#end(new QmpClosed('the QMP connection was given up'));
  }

  #read(text: string): void {
    const lines = (this.#text + text).split('\n');
    this.#text = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') this.#take(line);
  }

  #take(line: string): void {
    const message = parseMessage(line);
    if (!message) {
      this.#end(new QmpClosed('what answers is not QMP'));
    } else if (message.QMP) {
      const { major, minor, micro } = message.QMP.version?.qemu ?? {};
      this.version = [major, minor, micro].join('.');
      this.#greeting.resolve();
    } else if (message.event) {
      this.onEvent({ event: message.event, ...(message.data && { data: message.data }) });
    } else if (message.id !== undefined) {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.error) waiting?.reject(new QmpRefusal(message.error.class, message.error.desc));
      else waiting?.resolve(message.return);
    }
  }

  #end(error: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
    this.#gone.resolve();
    this.#greeting.promise.catch(() => {});
    this.#greeting.reject(error);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** QEMU keeps two waiting while it serves one; whoever comes then is sent away (EAGAIN), and has to come again. */
async function connectPatiently(path: string, patience: number): Promise<Socket | undefined> {
  const end = performance.now() + patience;
  for (;;) {
    try {
      return await connectUnix(path);
    } catch (error) {
      const errno = errnoOf(error) ?? '';
      if (['ENOENT', 'ECONNREFUSED', 'ECONNRESET'].includes(errno)) return undefined;
      if (errno !== 'EAGAIN' || performance.now() >= end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** An object is all that QMP ever sends. */
function parseMessage(line: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
