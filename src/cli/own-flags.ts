import * as z from 'zod/mini';
import { flag, type Parameter } from '../protocol/operation.ts';

/** Flags that a command has beside those of its operation: they are about the terminal in front of it. */
export const ownFlags = {
  run: () => ({
    watch: flag(z.optional(z.boolean()), 'boot again when a file of what is run has changed', {
      short: 'w',
    }),
  }),
} satisfies Record<string, () => Record<string, Parameter>>;
