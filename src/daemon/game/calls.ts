import { VivariumError } from '../../base/errors.ts';
import { type Progress, Scope } from '../../base/scope.ts';
import { callOf } from '../../protocol/engine.ts';
import { answerSize, type CallName } from '../../protocol/game.ts';
import type { Operation } from '../../protocol/operation.ts';
import { type OperationName, operations } from '../../protocol/operations.ts';
import { encode } from '../../protocol/wire.ts';
import type { Caller } from '../caller.ts';
import type { Board } from './board.ts';
import { errorFor } from './error-for.ts';

/** Calls of a session that are under way, or whose answer has not arrived. */
const most = 100;

/** Answers that may wait to be fetched: refusals are among them. */
const mostWaiting = 1000;

/** The calls of a session, and their answers until they have arrived. */
export class Calls {
  readonly #caller: Caller;
  readonly #board: Board;
  readonly #underWay = new Map<CallName, Promise<void>>();
  readonly #left = new AbortController();

  constructor(caller: Caller, board: Board) {
    this.#caller = caller;
    this.#board = board;
  }

  /** @throws `too-many-open` where the answers to earlier calls have not been fetched */
  checkRoom(): void {
    if (this.#board.count('answer') >= mostWaiting)
      throw new VivariumError('too-many-open', { most: mostWaiting });
  }

  /** Has an operation done. @param done is given its result, and ends before that is told */
  begin(
    call: CallName,
    operation: string,
    parameters: Record<string, unknown>,
    done: (name: OperationName, result: unknown) => Promise<void>,
  ): void {
    this.answer(call, operation, async (scope) => {
      const name = callable(operation);
      const { timeout } = operations[name] as Operation;
      const result = await callOf(this.#caller.engine)(name, parameters, scope(timeout));
      await done(name, result);
      return result;
    });
  }

  /** Answers a call with what `work` comes to. @param about the operation */
  answer(call: CallName, about: string, work: (scope: (timeout: number) => Scope) => Promise<unknown>): void {
    if (this.#underWay.has(call)) return; // its answer is yet to come
    const doing = this.#answer(call, about, work).finally(() => this.#underWay.delete(call));
    this.#underWay.set(call, doing);
  }

  async #answer(
    call: CallName,
    about: string,
    work: (scope: (timeout: number) => Scope) => Promise<unknown>,
  ): Promise<void> {
    const report = ({ kind: _, ...progress }: Progress) => {
      if (this.#left.signal.aborted) return;
      this.#board.put(`progress ${call}`, { kind: 'progress', call, ...progress });
    };
    const scope = (timeout: number) => new Scope({ timeout, signal: this.#left.signal, report });
    const outcome = await this.#outcome(about, () => work(scope));
    this.#board.put(`progress ${call}`, null);
    this.#board.put(`answer ${call}`, { kind: 'answer', call, ...outcome });
  }

  async #outcome(about: string, work: () => Promise<unknown>) {
    try {
      if (this.#underWay.size + this.#board.count('answer') >= most)
        throw new VivariumError('too-many-open', { most });
      using _place = this.#caller.enter();
      const json = encode((await work()) ?? null);
      if (json.length < answerSize) return { result: JSON.parse(json) as unknown };
      throw new VivariumError('request-invalid', {
        problem: `asks for ${json.length} letters, which are more than an answer holds`,
      });
    } catch (error) {
      return { error: errorFor(error, about) };
    }
  }

  /** Gives up what is under way. Resolves when that has ended, and what it had begun is taken back. */
  async close(): Promise<void> {
    this.#left.abort();
    await Promise.all(this.#underWay.values());
  }
}

/** @throws `request-invalid` where there is no such operation, or it streams */
function callable(operation: string): OperationName {
  const problem = `calls ${JSON.stringify(operation)}, which`;
  if (!Object.hasOwn(operations, operation)) {
    throw new VivariumError('request-invalid', { problem: `${problem} is no operation` });
  }
  const name = operation as OperationName;
  if ((operations[name] as Operation).stream) {
    throw new VivariumError('request-invalid', { problem: `${problem} streams` });
  }
  return name;
}
