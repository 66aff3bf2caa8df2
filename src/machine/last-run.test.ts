import { expect, test } from 'vitest';
import { lastRunOf } from './last-run.ts';

const note = (what: string) => `vivarium: QEMU was gone with exit code 0; ${what}, as it was told to\n`;

test('what was said before the last start is of another run', () => {
  expect(lastRunOf(`one\n${note('down')}two\n${note('restarting')}three\n`)).toBe('three\n');
  expect(lastRunOf('one\n')).toBe('one\n');
});

test('a run that was suspended goes on as if nothing had been said', () => {
  expect(lastRunOf(`${note('down')}# ${note('suspended')}ls\n# ${note('suspended')}`)).toBe('# ls\n# ');
});
