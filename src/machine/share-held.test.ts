import { expect, test } from 'vitest';
import { shareHeld } from './share-held.ts';

test.each([
  [
    "Migration is disabled when VirtFS export path '/home/me/it's here' is mounted in the guest using mount_tag 'shared'",
    'shared',
  ],
  ['Migration is disabled because of nested virtualization', undefined],
])('%s', (reason, tag) => expect(shareHeld(reason)).toBe(tag));
