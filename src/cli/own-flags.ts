import * as z from 'zod/mini';
import { flag, type Parameter } from '../protocol/operation.ts';

/** Flags that a command has beside those of its operation: they are about the terminal in front of it. */
export const ownFlags = {
  run: () => ({
    watch: flag(z.optional(z.boolean()), 'boot again when a file of what is run has changed', {
      short: 'w',
    }),
  }),
  top: () => ({ once: flag(z.optional(z.boolean()), 'one table, and no more') }),
  screen: () => ({
    listen: flag(z.optional(z.string()), 'let any VNC viewer in there, until Ctrl-C; no password is asked', {
      placeholder: 'ADDRESS:PORT',
      short: 'l',
    }),
  }),
} satisfies Record<string, () => Record<string, Parameter>>;
