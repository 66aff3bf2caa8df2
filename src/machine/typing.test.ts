import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isVivariumError } from '../base/errors.ts';
import { openHome } from './home.ts';
import { machineAt } from './machine.ts';
import { TypingSeat } from './typing.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vivarium-typing-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('holds no seat where QEMU does not listen yet', async () => {
  mkdirSync(join(directory, 'web/log'), { recursive: true });
  mkdirSync(join(directory, 'web/templates'));
  const machine = machineAt(openHome({ VMDIR: directory }), 'web');
  if (!machine) throw new Error('it is no machine');
  for (let attempt = 0; attempt < 2; attempt++) {
    const error = await new TypingSeat(machine).take().catch((error) => error);
    expect(isVivariumError(error, 'console-missing')).toBe(true);
  }
});
