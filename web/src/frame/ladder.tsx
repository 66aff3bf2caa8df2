import { useEffect, useState } from 'preact/hooks';
import { roundDuration } from '../engine.ts';
import type { Task } from '../state/act.ts';
import { rungs, rungWords } from '../state/ladder.ts';

/** How far down the ladder a stop is: the rungs, when each was taken, and how long it has lasted. */
export function Ladder({ task }: { task: Task }) {
  const now = useNow(task.ended === undefined);
  const lasted = (task.ended ?? now) - task.began;
  const taken = new Map(task.steps.map(({ step, at }) => [step, at]));
  const verb = task.operation === 'machine.kill' ? 'Kill' : 'Stop';
  return (
    <div class="ladder">
      <span class="what">
        {task.ended === undefined ? (
          <>
            {verb === 'Kill' ? 'Killing' : 'Stopping'} <b class="mono">{task.subject}</b>
          </>
        ) : (
          <>
            <b class="mono">{task.subject}</b> stopped
          </>
        )}
      </span>
      <ol aria-label="Steps of the stop">
        {rungs.map((rung) => {
          const at = taken.get(rung);
          return (
            <li key={rung} class={at === undefined ? 'rung' : 'rung taken'}>
              <span aria-hidden="true" class="dot" />
              {rungWords[rung]}
              {at !== undefined && <span class="mono"> {roundDuration(at)}</span>}
              <span class="unseen">{at === undefined ? ' not needed so far' : ' taken'}</span>
            </li>
          );
        })}
      </ol>
      <span class="mono quiet" role="timer">
        {task.ended === undefined ? seconds(lasted) : `after ${roundDuration(lasted)}`}
      </span>
    </div>
  );
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(0)}s`;

/** Milliseconds since 1970, each second anew while it is asked to run. */
export function useNow(runs: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!runs) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [runs]);
  return now;
}
