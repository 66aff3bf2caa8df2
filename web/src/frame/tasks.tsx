import { operations } from '../engine.ts';
import { count, size } from '../figures.ts';
import { dismiss, type Task, tasks } from '../state/act.ts';
import { Failure } from './failure.tsx';
import { Ladder } from './ladder.tsx';
import { outcome } from './outcome.ts';

/** What was begun here and how far it is, of some subjects or of all. */
export function Tasks({ of }: { of?: (task: Task) => boolean }) {
  const shown = tasks.value.filter((task) => of?.(task) ?? true);
  return (
    <ul class="tasks" aria-live="polite" aria-label="What is under way">
      {shown.map((task) => (
        <li key={task.id}>
          <OneTask task={task} />
        </li>
      ))}
    </ul>
  );
}

function OneTask({ task }: { task: Task }) {
  const { summary } = operations[task.operation];
  if (task.failure) return <Failure why={task.failure} dismiss={() => dismiss(task.id)} />;
  if (/^machine\.(stop|kill)$/.test(task.operation)) return <Ladder task={task} />;
  if (task.ended !== undefined) {
    return (
      <p class="task done">
        {outcome(task)}
        {task.warnings.map((warning) => (
          <span key={warning} class="warning">
            {warning}
          </span>
        ))}
      </p>
    );
  }
  const share = task.of ? (task.done ?? 0) / task.of : undefined;
  return (
    <div class="task">
      <p>
        {task.text || `${summary}: ${task.subject}`}
        {task.done !== undefined && (
          <span class="mono quiet"> {amount(task.operation, task.done, task.of)}</span>
        )}
      </p>
      <progress max={1} {...(share !== undefined && { value: share })} aria-label={summary} />
    </div>
  );
}

const amount = (operation: string, done: number, of: number | undefined): string => {
  if (operation === 'machine.fork') return `${done} of ${count(of ?? done, 'fork')}`;
  return of === undefined ? size(done) : `${size(done)} of ${size(of)}`;
};
