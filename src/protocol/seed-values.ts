import * as z from 'zod/mini';

/** What may be written into a seed: it goes through a shell and cloud-init in the guest. */
export const seed = {
  hostname: z
    .string()
    .check(z.regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$/, 'must be a host name')),
  password: z.string().check(z.regex(/^[^\n\r:]+$/, 'must be one line without a colon')),
  key: z.string().check(z.regex(/^[^\n\r]+$/, 'must be a line of an authorized_keys')),
};
