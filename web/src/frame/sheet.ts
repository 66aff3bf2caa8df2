import { signal } from '@preact/signals';

/** What lies over the page: the palette, or the sheet of keys. */
export const shownSheet = signal<'palette' | 'keys' | undefined>(undefined);

export function sheet(which: 'palette' | 'keys' | undefined): void {
  shownSheet.value = which;
}
