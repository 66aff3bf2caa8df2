import * as z from 'zod/mini';
import type { AuditEntry, NewToken, OwnGrant, TokenView } from './access-views.ts';
import { accessLevels, argument, flag, operation } from './operation.ts';
import { duration, memorySize, name, size } from './values.ts';

const patterns = z
  .array(
    z
      .string()
      .check(z.regex(/^[A-Za-z0-9._+*?-]{1,63}$/, 'must be names, in which * and ? stand for letters')),
  )
  .check(z.minLength(1, 'must be one name at least'));

/** As long as a token may be good: a date that far off can still be written. */
const century = 36_525 * 86_400_000;
const lifetime = duration.check(
  z.refine((ms) => ms > 0 && ms <= century, 'must be a time to come, of 100 years at most'),
);

/** Who may make tokens may do everything. */
export const tokenOperations = {
  'token.self': operation<OwnGrant>()(() => ({}), {
    summary: 'Say what one may do oneself',
    access: 'read',
  }),
  'token.create': operation<NewToken>()(
    () => ({
      name: argument(name, 'what the token is called', 'TOKEN'),
      scope: flag(
        z.enum(accessLevels),
        'read: look; console: sit at them, too; control: make, start and remove them; admin: everything',
        { placeholder: 'SCOPE' },
      ),
      machines: flag(
        z.optional(patterns),
        'the machines that there are for it: game-*, or a,b; all if not said',
        { placeholder: 'NAMES', commas: true },
      ),
      images: flag(z.optional(patterns), 'the images that there are for it; all if not said', {
        placeholder: 'NAMES',
        commas: true,
      }),
      maxMachines: flag(z.optional(z.int().check(z.minimum(0))), 'how many machines it may have', {
        placeholder: 'N',
      }),
      maxMemory: flag(z.optional(memorySize), 'the memory that they may have together', {
        placeholder: 'SIZE',
      }),
      maxDisk: flag(z.optional(size), 'the disks that they may have together', { placeholder: 'SIZE' }),
      network: flag(
        z.optional(z.enum(['none', 'user'])),
        'the network that it may give to machines: none, or user (if not said)',
        { placeholder: 'KIND' },
      ),
      expires: flag(z.optional(lifetime), 'how long it is good for, as 30d; for ever if not said', {
        placeholder: 'DURATION',
      }),
    }),
    {
      summary: 'Make a token by which others use this host; it is shown once',
      errors: ['name-invalid', 'token-exists', 'tokens-unreadable'],
    },
  ),
  'token.list': operation<TokenView[]>()(() => ({}), {
    summary: 'List the tokens, and what they may do',
    errors: ['tokens-unreadable'],
  }),
  'token.revoke': operation<{ name: string }>()(() => ({ name: argument(name, 'the token', 'TOKEN') }), {
    summary: 'Take a token back: it is good for nothing from now on',
    errors: ['token-not-found', 'tokens-unreadable'],
  }),
  'host.audit': operation<AuditEntry[]>()(
    () => ({
      lines: flag(z.optional(z.int().check(z.minimum(1), z.maximum(100_000))), 'how many; 100 if not said', {
        placeholder: 'N',
        short: 'n',
      }),
      who: flag(z.optional(z.string()), 'only what was done with this token', { placeholder: 'TOKEN' }),
      about: flag(z.optional(z.string()), 'only what was done with this machine or image', {
        placeholder: 'NAME',
      }),
      refused: flag(z.optional(z.boolean()), 'only what failed or was refused'),
    }),
    { summary: 'Say who did what by way of vmd, the newest last' },
  ),
};
