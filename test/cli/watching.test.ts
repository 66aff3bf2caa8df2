import { expect, test } from 'vitest';
import { testHome } from '../support/home.ts';
import { shellInTerminal, spawnInTerminal } from '../support/terminal.ts';

test('vm events prints what happens, a line each, until Ctrl-C', async () => {
  await using home = testHome();
  await home.engine.machine.make({ name: 'there', disk: 'none' });
  const events = spawnInTerminal(home, 'events');
  await events.shows('Ctrl-C ends');
  const json = shellInTerminal(home, `'${process.execPath}' dist/vm.js events --json | head -n 2`);
  await json.shows('"kind":"machines"');
  await home.engine.machine.make({ name: 'new', disk: 'none' });
  await events.shows('machine new new, stopped');
  await json.shows('"kind":"machine","machine":{"name":"new"');
  await home.engine.machine.set({ name: 'there', changes: ['cpus=2'] });
  await events.shows('machine there changed');
  await home.engine.machine.remove({ name: 'new' });
  await events.shows('machine new gone');
  expect(await json.ended).toBe(0); // what was written after the second line found nobody
  events.type('\u0003');
  expect(await events.ended).toBe(0);
});

test('vm top fills the terminal, and gives it back with q', async () => {
  await using home = testHome();
  const top = spawnInTerminal(home, 'top');
  await top.shows('No machine runs');
  top.type('q');
  expect(await top.ended).toBe(0);
  const [, shown = ''] = top.text().split('\u001b[?1049h');
  expect(shown.split('\u001b[?1049l')).toEqual([expect.stringContaining('No machine runs'), '']);
});

test('vm screen of a machine that is down says what to type', async () => {
  await using home = testHome();
  await home.engine.machine.make({ name: 'm', disk: 'none' });
  const { code, stderr } = await home.vm('screen', 'm', '--listen', '0');
  expect([code, stderr]).toEqual([4, expect.stringContaining('vm start m')]);
});
