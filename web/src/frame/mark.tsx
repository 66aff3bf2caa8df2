import type { ComponentChildren } from 'preact';
import type { MachineState } from '../engine.ts';

/** The state of a machine as a shape, with the word beside it. */
export function Mark({ state, bare = false }: { state: MachineState; bare?: boolean }) {
  return (
    <span class={`mark ${state}`}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        {shapes[state]}
      </svg>
      <span class={bare ? 'unseen' : undefined}>{state}</span>
    </span>
  );
}

const half = (
  <>
    <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" stroke-width="1.5" />
    <path d="M6 1.75a4.25 4.25 0 0 1 0 8.5z" fill="currentColor" />
  </>
);

const shapes: Record<MachineState, ComponentChildren> = {
  running: <circle cx="6" cy="6" r="5" fill="currentColor" />,
  stopped: <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" stroke-width="1.5" />,
  paused: <path d="M3 1.5h2v9H3zM7 1.5h2v9H7z" fill="currentColor" />,
  suspended: <path d="M7.5 1.2A5 5 0 1 0 10.8 8 4.2 4.2 0 0 1 7.5 1.2z" fill="currentColor" />,
  starting: half,
  stopping: half,
  failed: <path d="M2.5 2.5l7 7M9.5 2.5l-7 7" stroke="currentColor" stroke-width="2" />,
  broken: <path d="M6 1.8l4.6 8.4H1.4z" fill="none" stroke="currentColor" stroke-width="1.5" />,
};
