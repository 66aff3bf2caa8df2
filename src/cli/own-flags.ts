import * as z from 'zod/mini';
import { flag, type Parameter } from '../protocol/operation.ts';

/** Flags that a command has beside those of its operation: they are about the terminal in front of it. */
export const ownFlags = {
  run: () => ({
    watch: flag(z.optional(z.boolean()), 'boot again when a file of what is run has changed', {
      short: 'w',
    }),
  }),
  context: () => ({
    token: flag(
      z.optional(z.string()),
      'what vm token create has said there, for http; - reads it from standard input',
      { placeholder: 'TOKEN' },
    ),
    force: flag(z.optional(z.boolean()), 'take the place of one that has the name', { short: 'f' }),
  }),
  serve: () => ({
    listen: flag(
      z.optional(z.array(z.string())),
      'listen at this TCP address too, for those who have a token; a port alone is at 127.0.0.1; may be repeated',
      { placeholder: '[ADDRESS:]PORT', short: 'l' },
    ),
    allowHost: flag(
      z.optional(z.array(z.string())),
      'a name of this host that requests may use; may be repeated',
      { placeholder: 'NAME' },
    ),
  }),
  top: () => ({ once: flag(z.optional(z.boolean()), 'one table, and no more') }),
  screen: () => ({
    listen: flag(z.optional(z.string()), 'let any VNC viewer in there, until Ctrl-C; no password is asked', {
      placeholder: 'ADDRESS:PORT',
      short: 'l',
    }),
  }),
} satisfies Record<string, () => Record<string, Parameter>>;
