import { sparkline } from '../figures.ts';
import { room } from '../state/usage.ts';

const box = { width: 60, height: 16, room };

/** The last minute of CPU as a thin line. @param values shares from 0 to 1, oldest first */
export function Line({ values }: { values: readonly number[] }) {
  return (
    <svg class="line" viewBox="0 0 60 16" height="16" preserveAspectRatio="none" aria-hidden="true">
      <path d="M0 15.5h60" class="floor" />
      {values.length > 1 && <polyline points={sparkline(values, box)} />}
    </svg>
  );
}
