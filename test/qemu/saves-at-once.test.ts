import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Scope } from '../../src/base/scope.ts';
import { eventually } from '../support/eventually.ts';
import { bootTiny, guestSays } from '../support/guest.ts';
import { type Ended, type TestHome, testHome } from '../support/home.ts';
import { orphansIn } from '../support/orphans.ts';

let home: TestHome;

beforeAll(async () => {
  home = testHome();
  await bootTiny(home, 'm', { memory: '128M', disk: '16M' });
  await guestSays(home, 'm', 'nonce=kept; echo first >/dev/vda; sync');
  await home.engine.snapshot.create({ name: 'm', snapshot: 's1' });
});
afterAll(async () => await home[Symbol.asyncDispose]());

const names = async () => (await home.engine.machine.list({})).map(({ name }) => name);
const snapshots = async (name: string) => (await home.engine.snapshot.list({ name })).map((it) => it.name);
const remove = async (...all: string[]) => {
  for (const name of all) await home.engine.machine.remove({ name, force: true });
};

/** What the guest knows, and what its disk says, read anew. */
const remembered = async (name: string) =>
  await guestSays(home, name, 'echo 3 >/proc/sys/vm/drop_caches; echo $nonce $(head -n 1 /dev/vda)');

/** What was said of what did not succeed, and how often that was. */
const failures = (...all: Ended[]) => all.filter(({ code }) => code !== 0).map(({ stderr }) => stderr);

async function nothingIsOrphaned(): Promise<void> {
  await eventually(
    () => orphansIn(home).length === 0,
    () => `these to be gone: ${orphansIn(home).join('; ')}`,
    10_000,
  );
}

describe('two commands at once', () => {
  test('keep two snapshots', async () => {
    const both = await Promise.all([home.vm('snapshot', 'create', 'm'), home.vm('snapshot', 'create', 'm')]);
    const failed = failures(...both);
    for (const said of failed) expect(said).toContain('is in use by another command'); // on a busy host
    expect(await snapshots('m')).toHaveLength(3 - failed.length);
    for (const name of (await snapshots('m')).slice(1))
      await home.engine.snapshot.remove({ name: `m@${name}` });
  });

  test('make one snapshot of a name', async () => {
    const create = () => home.vm('snapshot', 'create', 'm', 'same');
    expect(failures(await create(), ...(await Promise.all([create(), create()])))).toEqual([
      expect.stringContaining('has a snapshot same already'),
      expect.stringContaining('has a snapshot same already'),
    ]);
    await home.engine.snapshot.remove({ name: 'm@same' });
    await nothingIsOrphaned();
  });

  test.each(['m', 'm@s1'])('make the forks of %s once', async (from) => {
    const fork = () => home.vm('fork', from, 'one', 'two');
    const failed = failures(...(await Promise.all([fork(), fork()])));
    for (const said of failed)
      expect(said).toMatch(/There is a machine (one|two) already|is in use by another command/);
    // Each may have been the first with one of the names: then neither has both.
    const left = failed.length === 1 ? ['one', 'two'] : [];
    expect([failed.length > 0, await names()]).toEqual([true, ['m', ...left]]);
    for (const name of ['m', ...left]) expect(await remembered(name)).toBe('kept first');
    await remove(...left);
    await nothingIsOrphaned();
  });

  test('remove a snapshot and fork it: the fork is whole, or is not', async () => {
    await home.engine.snapshot.create({ name: 'm', snapshot: 'gone' });
    const [forked, removed] = await Promise.all([
      home.vm('fork', 'm@gone', 'fork'),
      home.vm('snapshot', 'rm', 'm', 'gone'),
    ]);
    if (forked.code === 0) {
      expect(await remembered('fork')).toBe('kept first');
      await remove('fork');
    } else {
      expect(forked.stderr).toMatch(/no snapshot gone|in use by/);
    }
    if (removed.code !== 0)
      expect(removed.stderr).toMatch(/lies below the disks of|in use by somebody who forks/);
    await home.vm('snapshot', 'rm', '--force', 'm', 'gone');
    expect([await names(), await snapshots('m')]).toEqual([['m'], ['s1']]);
    await nothingIsOrphaned();
  });

  test.each(['source', 'source@s1'])(
    'remove the source and fork %s: the fork is whole, or is not',
    async (from) => {
      await home.engine.machine.fork({ from: 'm', names: ['source'] });
      await home.engine.snapshot.create({ name: 'source', snapshot: 's1' });
      const [forked, removed] = await Promise.all([
        home.vm('fork', from, 'fork'),
        home.vm('rm', '--force', 'source'),
      ]);
      if (removed.code !== 0) {
        expect(removed.stderr).toContain('in use by'); // on a busy host
        await remove('source');
      }
      if (forked.code === 0) {
        expect(await remembered('fork')).toBe('kept first');
        await remove('fork');
      } else {
        expect(forked.stderr).toMatch(/no machine source|in use by|no snapshot|is not there/);
        expect(forked.stderr).not.toContain('should not have happened');
      }
      expect(await names()).toEqual(['m']);
      await nothingIsOrphaned();
    },
  );

  test('stop a machine and save it: it is saved before, or told that it stops', async () => {
    await home.engine.machine.fork({ from: 'm', names: ['fork'] });
    const [saved, stopped] = await Promise.all([
      home.vm('snapshot', 'create', 'fork', 'last'),
      home.vm('stop', '--now', 'fork'),
    ]);
    if (stopped.code !== 0) {
      expect(stopped.stderr).toContain('in use by another command'); // on a busy host
      await home.engine.machine.stop({ name: 'fork', now: true });
    }
    if (saved.code !== 0) expect(saved.stderr).toMatch(/it cannot be saved now|QEMU/);
    expect(await snapshots('fork')).toEqual(saved.code === 0 ? ['last'] : []);
    await home.engine.machine.start({ name: 'fork' });
    await remove('fork');
    await nothingIsOrphaned();
  });
});

describe('given up after any time', () => {
  test.each(['create', 'fork', 'suspend'] as const)(
    '%s leaves the guest as it was, or is done',
    async (verb) => {
      await home.engine.machine.fork({ from: 'm', names: ['source'] });
      const { create } = home.engine.snapshot;
      const { fork, suspend } = home.engine.machine;
      const begin = {
        create: (scope: Scope) => create({ name: 'source', snapshot: 'new' }, scope),
        fork: (scope: Scope) => fork({ from: 'source', names: ['fork'] }, scope),
        suspend: (scope: Scope) => suspend({ name: 'source' }, scope),
      }[verb];
      for (let timeout = 20; timeout < 500; timeout *= 2) {
        const ended = await begin(new Scope({ timeout })).then(
          () => 'done',
          (error) => error,
        );
        if (ended !== 'done') expect(ended).toHaveProperty('code');
        const { state } = await home.engine.machine.status({ name: 'source' });
        expect(['running', 'suspended']).toContain(state);
        if (state === 'suspended') await home.engine.machine.start({ name: 'source' });
        expect(await remembered('source')).toBe('kept first');
        for (const name of await snapshots('source'))
          await home.engine.snapshot.remove({ name: `source@${name}` });
        if ((await names()).includes('fork')) await remove('fork');
        await nothingIsOrphaned();
      }
      await home.engine.snapshot.create({ name: 'source' });
      await remove('source');
      await nothingIsOrphaned();
    },
  );
});

describe('disks that lie on each other', () => {
  /** Three snapshots, what was on the disk then, and forks of them. */
  async function stack(): Promise<void> {
    for (const [index, text] of ['second', 'third'].entries()) {
      await guestSays(home, 'm', `echo ${text} >/dev/vda; sync`);
      await home.engine.snapshot.create({ name: 'm', snapshot: `s${index + 2}` });
    }
    await guestSays(home, 'm', 'echo last >/dev/vda; sync');
    await home.engine.machine.fork({ from: 'm@s2', names: ['a'] });
    await guestSays(home, 'a', 'echo own >/dev/vda; sync');
    await home.engine.snapshot.create({ name: 'a', snapshot: 'a1' });
    await home.engine.machine.fork({ from: 'a@a1', names: ['b'] });
  }

  test('stay readable in whatever order the others go, and what nobody needs goes', async () => {
    await stack();
    await expect(home.engine.snapshot.remove({ name: 'm@s2' })).rejects.toMatchObject({
      code: 'snapshot-in-use',
      details: { users: ['a', 'a@a1', 'b'] },
    });
    await expect(home.engine.snapshot.remove({ name: 'm@s1' })).rejects.toMatchObject({
      code: 'snapshot-in-use',
    });
    await home.engine.snapshot.remove({ name: 'm@s2', force: true });
    await home.engine.snapshot.remove({ name: 'm@s1', force: true });
    await nothingIsOrphaned();
    for (const [name, text] of [
      ['m', 'last'],
      ['a', 'own'],
      ['b', 'own'],
    ] as const)
      expect(await remembered(name)).toBe(`kept ${text}`);

    await home.engine.machine.stop({ name: 'a', now: true });
    await expect(home.engine.machine.remove({ name: 'a' })).rejects.toMatchObject({
      code: 'machine-in-use',
      details: { users: ['b'] },
    });
    await home.engine.machine.remove({ name: 'a', force: true });
    expect(await remembered('b')).toBe('kept own');
    await nothingIsOrphaned();

    await home.engine.snapshot.restore({ name: 'm@s3', force: true });
    expect(await remembered('m')).toBe('kept third');
    const [verified] = await home.engine.snapshot.verify({ name: 'm' });
    expect(verified).toMatchObject({ name: 's3', state: 'whole' });
    await nothingIsOrphaned();
    await remove('m');
    expect(await remembered('b')).toBe('kept own');
    await remove('b');
    await nothingIsOrphaned();
  });
});
