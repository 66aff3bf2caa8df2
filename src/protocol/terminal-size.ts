/** How large a terminal is, in characters. */
export interface TerminalSize {
  columns: number;
  rows: number;
}

/** What the programs of a serial line take its terminal for, where they were told nothing. */
export const usualTerminal: Readonly<TerminalSize> = { columns: 80, rows: 24 };

const [least, most] = [
  { columns: 10, rows: 5 },
  { columns: 500, rows: 200 },
];

export const formatTerminalSize = ({ columns, rows }: TerminalSize): string => `${columns}x${rows}`;

/** Of what the pattern of a size has let pass. */
export function parseTerminalSize(text: string): TerminalSize {
  const [columns = 0, rows = 0] = text.split('x').map(Number);
  return { columns, rows };
}

/** The sizes of which a shared console has screens. */
export const sharedSizes = `${formatTerminalSize(least)} to ${formatTerminalSize(most)}`;

export const isSharedSize = ({ columns, rows }: TerminalSize): boolean =>
  columns >= least.columns && columns <= most.columns && rows >= least.rows && rows <= most.rows;

/** The size of the screen that a terminal of this size is to ask a shared console for. */
export const sharedSizeFor = (size: TerminalSize): TerminalSize =>
  isSharedSize(size) ? size : usualTerminal;
