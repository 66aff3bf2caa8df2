import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** A directory for each test of a file, gone after it. @returns gives the path of something in it */
export function testRoom(): (...parts: string[]) => string {
  let room = '';
  beforeEach(() => {
    room = mkdtempSync(join(tmpdir(), 'vivarium-unit-'));
  });
  afterEach(() => rmSync(room, { recursive: true, force: true }));
  return (...parts) => join(room, ...parts);
}
