import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { letIn, openBrowser } from '../support/browser.ts';
import { testHome } from '../support/home.ts';
import { newToken, startService, type TestService } from '../support/service.ts';
import { visit } from '../support/visit.ts';

const home = testHome('machines', 'own');
const stack = new AsyncDisposableStack();
let service: TestService;
let browser: Browser;
let token: string;

beforeAll(async () => {
  stack.use(home);
  service = stack.use(await startService(home));
  token = await newToken(home, 'keeper', 'admin');
  browser = stack.use(await openBrowser());
});
afterAll(() => stack.disposeAsync());

test('an image is built, with progress for others as well, verified and removed', async () => {
  const watching = await visit(browser, letIn(service.url, '/images', token));
  await watching.getByText('There is no image yet.').waitFor();
  const page = await visit(browser, letIn(service.url, '/images', token));
  await page.getByRole('button', { name: 'Build' }).click();
  const question = page.getByRole('dialog', { name: 'Build an image' });
  await question.getByLabel('Name', { exact: true }).fill('small');
  await question.getByRole('button', { name: 'Build' }).click();
  const others = watching.getByRole('list', { name: 'What others have begun' });
  await others.getByRole('progressbar', { name: 'image.build' }).waitFor();
  await page.getByText(/^Built small/).waitFor({ timeout: 60_000 });
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
