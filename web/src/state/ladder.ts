import type { StopStep } from '../engine.ts';

export type LadderStep = StopStep;

/** The rungs, in the order in which they are taken. */
export const rungs = ['powerdown', 'quit', 'kill'] as const;

/** What each of them is, to somebody who waits. */
export const rungWords: Record<(typeof rungs)[number], string> = {
  powerdown: 'power button',
  quit: 'quit QEMU',
  kill: 'kill QEMU',
};

/** The rung that a step of a stop tells of (`web: pressed the power button`); undefined for any other. */
export function stepOf(operation: string, text: string): StopStep['step'] | undefined {
  if (!/^machine\.(stop|kill|restart)$/.test(operation)) return undefined;
  if (/pressed the power button$/.test(text)) return 'powerdown';
  if (/told QEMU to quit$/.test(text)) return 'quit';
  if (/killed QEMU$/.test(text)) return 'kill';
  return undefined;
}
