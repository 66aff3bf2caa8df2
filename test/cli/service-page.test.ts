import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testHome } from '../support/home.ts';
import { essence, installVm, shell, shownIn } from '../support/shown.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/service.md'), 'utf8');

test('every command that docs/service.md shows prints what it says', async () => {
  await using home = testHome();
  installVm(home);
  home.env.TOKEN = 'viv_0123456789abcdef';
  for (const { command, output } of shownIn(page)) {
    const said = await shell(home, command);
    expect(said, command).not.toMatch(/^vm: /m);
    for (const line of output) expect(said.split('\n').map(essence), command).toContain(essence(line));
  }
});
