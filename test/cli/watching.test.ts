import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { testHome } from '../support/home.ts';
import { installVm } from '../support/shown.ts';
import { shellInTerminal, spawnInTerminal } from '../support/terminal.ts';
import { startVmd } from '../support/vmd.ts';

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

test('vm events of another host goes on when vmd is back, and says once that it was away', async () => {
  await using home = testHome();
  installVm(home);
  await home.engine.machine.make({ name: 'there', disk: 'none' });
  const vmd = await startVmd(home);
  const events = spawnInTerminal(home, 'events', '--host', `unix:${home.path('.vmd/socket')}`);
  const told = () => events.text().split('machine there changed').length;
  let cpus = 1;
  const tellsMore = async () => {
    const before = told();
    await eventually(async () => {
      await home.engine.machine.set({ name: 'there', changes: [`cpus=${++cpus}`] });
      return told() > before;
    }, 'a change to be told');
  };
  await tellsMore();
  await vmd.end('SIGKILL');
  await events.shows('Trying again');
  await using _back = await startVmd(home);
  await tellsMore();
  events.type('\u0003');
  expect(await events.ended).toBe(0);
  expect(events.text().split('Trying again').length).toBe(2);
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
