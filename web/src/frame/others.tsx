import type { TaskView } from '../engine.ts';
import { size } from '../figures.ts';
import { tasks } from '../state/act.ts';
import { world } from '../state/world.ts';

/** Long work that somebody else has begun, or this page before it was loaded again. */
export function Others({ of }: { of: (task: TaskView) => boolean }) {
  const own = tasks.value.filter(({ ended }) => ended === undefined);
  const shown = [...world.value.tasks.values()].filter(
    (task) =>
      task.state === 'running' && of(task) && !own.some(({ operation }) => operation === task.operation),
  );
  if (shown.length === 0) return null;
  return (
    <ul class="tasks" aria-label="What others have begun">
      {shown.map(({ id, operation, subject, step, done, of }) => (
        <li key={id} class="task">
          <p>
            {step ?? operation}
            {subject && <span class="quiet"> for {subject}</span>}
            {done !== undefined && (
              <span class="mono quiet">
                {' '}
                {size(done)}
                {of !== undefined && ` of ${size(of)}`}
              </span>
            )}
          </p>
          <progress max={1} {...(done !== undefined && of && { value: done / of })} aria-label={operation} />
        </li>
      ))}
    </ul>
  );
}
