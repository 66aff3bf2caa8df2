import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testHome } from '../support/home.ts';
import { essence, installVm, shell, shownIn } from '../support/shown.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/snapshots.md'), 'utf8');

test('every command that docs/snapshots.md shows prints what it says', { timeout: 300_000 }, async () => {
  await using home = testHome();
  installVm(home);
  for (const { command, output } of shownIn(page)) {
    const said = (await shell(home, command)).split('\n').map(essence);
    for (const line of output) expect(said, command).toContain(essence(line));
  }
});
