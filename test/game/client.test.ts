import { expect, test } from 'vitest';
import { inked, isDark, sitDown } from '../support/at-computer.ts';

test('a player places a computer, powers it on, types and sees the answer', async () => {
  await using at = await sitDown();
  await at.types('clear', ':~#');
  const cleared = await at.picture((now) => inked(now) < 600);
  await at.types('seq 10; uname -a', 'GNU/Linux');
  const answered = await at.picture((now) => inked(now) > inked(cleared) + 300);
  expect(isDark(answered)).toBe(true);
});
