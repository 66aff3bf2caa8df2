/** What was typed here and is not given to vmd yet, by what it is for: it outlives its part of the page, not the page. */
const drafts = new Map<string, unknown>();

export function draftOf<T>(of: string): T | undefined {
  return drafts.get(of) as T | undefined;
}

export function keepDraft(of: string, draft: unknown): void {
  drafts.set(of, draft);
}

export function dropDraft(of: string): void {
  drafts.delete(of);
}

/** Whoever comes next is another. */
export function dropDrafts(): void {
  drafts.clear();
}

/** What is for a machine, whose name may change. */
export const fileDraft = (machine: string): string => `machine.yaml of ${machine}`;

/** Has the browser ask before the page goes with drafts in it. */
export function guardDrafts(): void {
  addEventListener('beforeunload', (event) => {
    if (drafts.size > 0) event.preventDefault();
  });
}
