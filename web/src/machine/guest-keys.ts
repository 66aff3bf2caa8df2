/** Where keys go that are for a guest: its console and its screen have all but one of them. */

/**
 * Whether a side may take the keys without being asked: not where a keyboard would cover it, and neither from where
 * somebody writes nor from somebody who walks along the tabs.
 */
export const mayTakeKeys = (): boolean =>
  matchMedia('(pointer: fine)').matches &&
  !document.activeElement?.closest('dialog, input, select, [role=tab][aria-selected=true]:focus-visible');

/** Gives the keys to the side that is shown, where it takes any. */
export function enterSide(): void {
  document.querySelector<HTMLElement>('#side [data-keys=all] :is(textarea, canvas)')?.focus();
}

/** Gives the keys back to the page where this one leaves the guest. @returns whether it does */
export function leavesSide(event: KeyboardEvent): boolean {
  if (event.key !== ']' || !event.ctrlKey) return false;
  event.preventDefault();
  event.stopPropagation();
  document.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus();
  return true;
}
