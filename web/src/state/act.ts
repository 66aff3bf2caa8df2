import { signal } from '@preact/signals';
import {
  callable,
  isVivariumError,
  type OperationName,
  type Operations,
  operations,
  type ParametersOf,
  type Progress,
  type ResultOf,
  Scope,
  type StopReport,
} from '../engine.ts';
import { type LadderStep, stepOf } from './ladder.ts';
import { here, leavesWith } from './session.ts';

/** Why something did not work, as the engine says it. */
export interface Failure {
  code: string;
  message: string;
  hint: string;
}

/** Something that was begun here, until it has been seen. Times in milliseconds since 1970. */
export interface Task {
  id: number;
  operation: OperationName;
  /** The machine or image that it is about. */
  subject: string;
  began: number;
  /** The step it is at. */
  text: string;
  done?: number;
  of?: number;
  warnings: string[];
  /** The rungs of a stop that were taken. */
  steps: LadderStep[];
  ended?: number;
  failure?: Failure;
  result?: unknown;
}

export const tasks = signal<readonly Task[]>([]);

let last = 0;

/** How long what went well stays to be read. */
const shown = 8_000;

/**
 * Does it, and shows how far it is where its subject is shown.
 * @param tell is told why it failed; where it answers true it shows that itself, and no task is left of it
 * @returns undefined where it failed; why stands in the task
 */
export async function act<Name extends OperationName>(
  operation: Name,
  subject: string,
  parameters: ParametersOf<Operations[Name]>,
  tell?: (failure: Failure) => boolean,
): Promise<ResultOf<Operations[Name]> | undefined> {
  const id = ++last;
  dismissEnded(subject);
  tasks.value = [
    ...tasks.value,
    { id, operation, subject, began: Date.now(), text: '', warnings: [], steps: [] },
  ];
  try {
    const result = await ask(operation, parameters, { report: (progress) => told(id, progress) });
    const { steps } = (result ?? {}) as Partial<StopReport>;
    change(id, { ended: Date.now(), result, ...(Array.isArray(steps) && isLadder(steps) && { steps }) });
    setTimeout(dismiss, shown, id);
    return result;
  } catch (error) {
    if (leavesWith(error)) return undefined;
    const failure = failureOf(error);
    if (tell?.(failure)) dismiss(id);
    else change(id, { ended: Date.now(), failure });
    return undefined;
  }
}

/** Asks for something that nobody is told about. @throws what the engine throws */
export function ask<Name extends OperationName>(
  operation: Name,
  parameters: ParametersOf<Operations[Name]>,
  options: { report?: (progress: Progress) => void; signal?: AbortSignal } = {},
): Promise<ResultOf<Operations[Name]>> {
  const scope = new Scope({ timeout: operations[operation].timeout, ...options });
  return callable(here())(operation, parameters, scope) as Promise<ResultOf<Operations[Name]>>;
}

function told(id: number, progress: Progress): void {
  const task = tasks.value.find((known) => known.id === id);
  if (!task) return;
  if (progress.kind === 'warning') {
    change(id, { warnings: [...task.warnings, progress.text] });
    return;
  }
  const { text, done, of } = progress;
  const step = stepOf(task.operation, text);
  const amount = { ...(done !== undefined && { done }), ...(of !== undefined && { of }) };
  const { done: _done, of: _of, ...rest } = task;
  const steps = step ? [...task.steps, { step, at: Date.now() - task.began }] : task.steps;
  replace({ ...rest, text, ...amount, steps });
}

function change(id: number, changes: Partial<Task>): void {
  const task = tasks.value.find((known) => known.id === id);
  if (task) replace({ ...task, ...changes });
}

function replace(task: Task): void {
  tasks.value = tasks.value.map((known) => (known.id === task.id ? task : known));
}

export function dismiss(id: number): void {
  tasks.value = tasks.value.filter((task) => task.id !== id);
}

/** What failed because vmd was not heard says nothing any more once it is. */
export function dismissUnreached(): void {
  tasks.value = tasks.value.filter(({ failure }) => failure?.code !== 'service-unreachable');
}

/** What is begun now is what counts. */
function dismissEnded(subject: string): void {
  tasks.value = tasks.value.filter((task) => !(task.ended && task.subject === subject));
}

const isLadder = (steps: unknown[]): steps is LadderStep[] =>
  steps.every((step) => typeof step === 'object' && step !== null && 'step' in step);

/** What is told of anything that was thrown. */
export function failureOf(error: unknown): Failure {
  if (isVivariumError(error)) return { code: error.code, message: error.message, hint: error.hint };
  return { code: 'page', message: error instanceof Error ? error.message : String(error), hint: '' };
}
