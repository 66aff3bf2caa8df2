import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSettings } from '../../src/protocol/machine-spec.ts';
import { testHome } from '../support/home.ts';
import { essence, installVm, shell, shownIn } from '../support/shown.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/tokens.md'), 'utf8');

test('every command that docs/tokens.md shows prints what it says', async () => {
  await using home = testHome('machines', 'own');
  installVm(home);
  for (const { command, output } of shownIn(page)) {
    const said = (await shell(home, command)).split('\n').map(essence);
    for (const line of output) expect(said, command).toContain(essence(line));
  }
  const secret = readFileSync(home.path('../class.token'), 'utf8');
  expect(secret).toMatch(/^vt_[\w-]{43}\n$/);
});

test('it names the settings that are not for admin alone', () => {
  for (const setting of openSettings) expect(page).toContain(`\`${setting.replace(/^seed\./, '')}\``);
});
