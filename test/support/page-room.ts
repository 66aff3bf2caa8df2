import type { Browser, Page } from 'playwright-core';
import { letIn, openBrowser } from './browser.ts';
import { type TestHome, testHome } from './home.ts';
import { newToken, startService, type TestService } from './service.ts';
import { type VisitOptions, visit } from './visit.ts';

/** A vmd whose page is looked at in a browser, and where its machines are. */
export interface PageRoom extends AsyncDisposable {
  home: TestHome;
  /** Tests may put another in its place. */
  service: TestService;
  browser: Browser;
  /** Of `keeper`, who may do everything. */
  token: string;
  /** Opens a place of the page with that token. */
  visit(path: string, options?: VisitOptions): Promise<Page>;
}

/** @param furnish makes what is there at first; vmd and the browser are started meanwhile */
export async function openPageRoom(
  furnish: (home: TestHome) => Promise<unknown> = async () => {},
  home = testHome(),
): Promise<PageRoom> {
  await using undo = new AsyncDisposableStack();
  undo.use(home);
  const [browser, service] = await Promise.all([openBrowser(), startService(home), furnish(home)]);
  undo.use(browser);
  undo.defer(() => room.service[Symbol.asyncDispose]());
  const token = await newToken(home, 'keeper', 'admin');
  const stack = undo.move();
  const room: PageRoom = {
    home,
    service,
    browser,
    token,
    visit: (path, options) => visit(browser, letIn(room.service.url, path, token), options),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
  return room;
}
