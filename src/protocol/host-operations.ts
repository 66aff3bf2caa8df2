import * as z from 'zod/mini';
import type { Change } from './events.ts';
import { flag, operation } from './operation.ts';
import type { Finding } from './views.ts';

export const hostOperations = {
  'host.doctor': operation<Finding[]>()(
    () => ({ probe: flag(z.optional(z.boolean()), 'try the accelerators again, whatever was found before') }),
    { summary: 'Say what this host has and lacks', timeout: 60_000 },
  ),
  'host.events': operation<AsyncIterable<Change>>()(() => ({}), {
    summary: 'Tell what changes about machines, images and snapshots, as it changes',
    stream: 'output',
    access: 'read',
    errors: ['directory-unusable'],
  }),
};
