import type {
  CallName,
  GameAct,
  GameError,
  GameNews,
  GameOpened,
  GameScreen,
  GameTold,
  Run,
} from '../../src/protocol/game.ts';
import { eventually } from './eventually.ts';

/** An act as it is written, what has a usual value left out. */
export type Wish =
  | Exclude<GameAct, { act: 'look' | 'read' }>
  | { act: 'look'; machine: string; columns?: number; rows?: number }
  | { act: 'read'; call: CallName; machine: string; lines?: number };

/** Asks vmd's face for games; what is refused with 200 comes back as it is. @throws where the status is another */
export async function askGame(url: string, token: string, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${url}/game/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  if (answer.status !== 200) throw new Error(`${path} was answered with ${answer.status}`);
  return await answer.json();
}

/** A game that plays with a vmd: it polls until it is closed, and keeps what it was told. */
export class GameSession implements AsyncDisposable {
  readonly opened: GameOpened;
  readonly machines = new Map<string, Extract<GameNews, { kind: 'machine' }>>();
  readonly answers = new Map<CallName, { result?: unknown; error?: GameError }>();
  readonly screens = new Map<string, { lines: Run[][]; cursor: GameScreen['cursor'] }>();
  readonly outputs = new Map<string, { text: string; lost: number }>();
  readonly lines = new Map<string, Extract<GameNews, { kind: 'line' }>>();
  /** All that was told, but for screens and output. */
  readonly said: GameNews[] = [];
  gone = false;
  cursor = 0;
  readonly #ask: (path: string, body: object) => Promise<unknown>;
  #number = 0;
  #calls = 0;
  #closed = false;
  #polling: Promise<void> = Promise.resolve();

  /** @param polls whether it polls by itself */
  static async open(
    url: string,
    token: string,
    { polls = true, ...options }: { polls?: boolean; leave?: string; grace?: number } = {},
  ): Promise<GameSession> {
    const opened = (await askGame(url, token, 'open', { world: 'test', ...options })) as GameOpened;
    const session = new GameSession(opened, (path, body) => askGame(url, token, path, body));
    if (polls) session.#polling = session.#poll();
    return session;
  }

  private constructor(opened: GameOpened, ask: (path: string, body: object) => Promise<unknown>) {
    this.opened = opened;
    this.#ask = ask;
  }

  async send(...acts: Wish[]): Promise<unknown> {
    return await this.#ask('send', { session: this.opened.session, number: ++this.#number, acts });
  }

  /** Sends acts under a number that was used, or is to be. */
  async sendAs(number: number, ...acts: Wish[]): Promise<unknown> {
    return await this.#ask('send', { session: this.opened.session, number, acts });
  }

  /** @throws what the operation is answered with, where that is an error */
  async call(operation: string, parameters: Record<string, unknown>): Promise<unknown> {
    const call = `c${++this.#calls}`;
    await this.send({ act: 'call', call, operation, parameters });
    return await this.answer(call);
  }

  async answer(call: CallName): Promise<unknown> {
    const { result, error } = await eventually(() => this.answers.get(call), `the answer to ${call}`);
    if (error) throw Object.assign(new Error(error.message), error);
    return result;
  }

  async type(machine: string, text: string): Promise<void> {
    await this.send({ act: 'type', machine, hex: Buffer.from(text).toString('hex') });
  }

  /** One poll, which is not taken note of. */
  async ask(after: number, wait: number): Promise<GameTold & { gone?: true }> {
    const { session } = this.opened;
    return (await this.#ask('poll', { session, after, wait })) as GameTold & { gone?: true };
  }

  /** The text of a screen, a line each. */
  text(machine: string): string {
    const lines = this.screens.get(machine)?.lines ?? [];
    return lines.map((runs) => runs.map(([text]) => text).join('')).join('\n');
  }

  async sees(machine: string, wanted: string | RegExp): Promise<void> {
    await eventually(
      () =>
        typeof wanted === 'string' ? this.text(machine).includes(wanted) : wanted.test(this.text(machine)),
      () => `${machine} to show ${wanted}; it shows:\n${this.text(machine)}`,
      20_000,
    );
  }

  take({ cursor, news }: GameTold): void {
    this.cursor = cursor;
    for (const it of news) this.#take(it);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    if (!this.gone) await this.ask(this.cursor, 0).catch(() => {}); // ends the poll that waits
    await this.#polling;
  }

  async #poll(): Promise<void> {
    while (!this.#closed) {
      const told = await this.ask(this.cursor, 20).catch(() => ({ gone: true as const }));
      if (told.gone) {
        this.gone = true;
        return;
      }
      this.take(told as GameTold);
    }
  }

  #take(news: GameNews): void {
    if (news.kind === 'screen') this.#draw(news);
    else if (news.kind === 'output') this.#hear(news);
    else this.said.push(news);
    if (news.kind === 'machine') this.machines.set(news.name, news);
    if (news.kind === 'answer') this.answers.set(news.call, news);
    if (news.kind === 'line') this.lines.set(news.machine, news);
  }

  #hear({ machine, text, lost = 0 }: Extract<GameNews, { kind: 'output' }>): void {
    const before = this.outputs.get(machine) ?? { text: '', lost: 0 };
    this.outputs.set(machine, { text: before.text + text, lost: before.lost + lost });
  }

  #draw({ machine, rows, whole, cursor, lines }: GameScreen): void {
    const before = whole ? undefined : this.screens.get(machine)?.lines;
    const drawn = before ?? Array.from({ length: rows }, () => []);
    for (const [y, runs] of lines) drawn[y] = runs;
    this.screens.set(machine, { lines: drawn, cursor });
  }
}
