import { afterAll, beforeAll, test } from 'vitest';
import { testHome } from '../support/home.ts';
import { openPageRoom, type PageRoom } from '../support/page-room.ts';

let room: PageRoom;

beforeAll(async () => {
  room = await openPageRoom(undefined, testHome('machines', 'none'));
});
afterAll(() => room?.[Symbol.asyncDispose]());

test('an image is built, with progress for others as well, verified and removed', async () => {
  const watching = await room.visit('/images');
  await watching.getByText('There is no image yet.').waitFor();
  const page = await room.visit('/images');
  await page.getByRole('button', { name: 'Build' }).click();
  const question = page.getByRole('dialog', { name: 'Build an image' });
  await question.getByLabel('Name', { exact: true }).fill('small');
  await question.getByRole('button', { name: 'Build' }).click();
  const others = watching.getByRole('list', { name: 'What others have begun' });
  await others.getByRole('progressbar', { name: 'image.build' }).waitFor();
  await page.getByText(/^Built small/).waitFor({ timeout: 0 }); // as long as the test may take
  await watching.getByRole('row', { name: /^small/ }).waitFor();
  await others.waitFor({ state: 'detached' });
  const row = page.getByRole('row', { name: /^small/ });
  const choose = async (what: string) => {
    await row.getByRole('button', { name: 'What else can be done with small' }).click();
    await row.getByRole('menuitem', { name: what }).click();
  };
  await choose('Verify');
  await page.getByText(/^Verified small/).waitFor();
  await choose('Remove');
  await row.waitFor({ state: 'detached' });
  await watching.getByText('There is no image yet.').waitFor();
});
