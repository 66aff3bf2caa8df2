import type { Failure as Why } from '../state/act.ts';

/** Why something did not work, and what to do about it, where one looks. */
export function Failure({ why, dismiss }: { why: Why | undefined; dismiss?: () => void }) {
  if (!why) return null;
  return (
    <div class="failure" role="alert">
      <div>
        <p class="said">{why.message}</p>
        {why.hint && <p class="hint">{why.hint}</p>}
      </div>
      {dismiss && (
        <button type="button" class="plain" onClick={dismiss} aria-label="Dismiss this error">
          ×
        </button>
      )}
    </div>
  );
}
