import { size } from '../figures.ts';
import { tasks } from '../state/act.ts';
import { world } from '../state/world.ts';

/** Long work that somebody else has begun, or this page before it was loaded again. */
export function Others({ noun, of }: { noun: string; of?: string }) {
  const own = tasks.value.filter(({ ended }) => ended === undefined);
  const shown = [...world.value.tasks.values()].filter(
    ({ operation, subject, state }) =>
      state === 'running' &&
      operation.startsWith(noun) &&
      (of === undefined || subject === of) &&
      !own.some((task) => task.operation === operation),
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
