import { expect, test } from 'vitest';
import { BootWatch } from './boot-report.ts';

/** What is reported when the console prints each piece at its millisecond. */
function reported(pieces: [at: number, text: string][], started = 1000) {
  const watch = new BootWatch(started);
  for (const [at, text] of pieces) watch.see(Buffer.from(text), started + at);
  return watch.report();
}

test('a boot by a loader has all phases', () => {
  expect(
    reported([
      [400, 'SeaBIOS\r\n\u001b[2JGNU GRUB  version 2.06\r\n'],
      [5400, '[    0.000000] Linux version 6.1.0\r\n[    0.1] x\r\n'],
      [7400, '[    1.9] Run /init as init process\r\n'],
      [9000, '\r\nWelcome to \u001b[1mDebian GNU/Linux 12 (bookworm)\u001b[0m!\r\n'],
      [15000, '\r\ndebian login: '],
    ]),
  ).toEqual({
    phases: [
      { phase: 'firmware', ms: 400 },
      { phase: 'boot loader', ms: 5000 },
      { phase: 'kernel', ms: 2000 },
      { phase: 'initramfs', ms: 1600 },
      { phase: 'user space', ms: 6000 },
    ],
    prompt: 15000,
  });
});

test('a line that comes in pieces is one line, and the first prompt counts', () => {
  const report = reported([
    [100, '[    0.000000] Linux ver'],
    [150, 'sion 6.1\n'],
    [900, '/ '],
    [950, '# '],
    [2000, 'ls\n/ # '],
  ]);
  expect(report).toEqual({
    phases: [
      { phase: 'firmware', ms: 100 },
      { phase: 'kernel', ms: 850 },
    ],
    prompt: 950,
  });
});

test('what was not seen is not made up', () => {
  expect(reported([])).toEqual({ phases: [] });
  expect(reported([[10, 'nothing that is known # ']])).toEqual({ phases: [] });
  expect(reported([[3000, 'debian login: ']])).toEqual({ phases: [], prompt: 3000 });
});
