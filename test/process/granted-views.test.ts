import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AuditLog } from '../../src/access/audit-log.ts';
import { everything, type Grant } from '../../src/access/grant.ts';
import { granted } from '../../src/access/granted.ts';
import { type Engine, type Progress, Scope, type VivariumError } from '../../src/index.ts';
import { openHome } from '../../src/machine/home.ts';
import { callOf } from '../../src/protocol/engine.ts';
import type { Operation } from '../../src/protocol/operation.ts';
import { type OperationName, operations } from '../../src/protocol/operations.ts';
import { fakeImage } from '../support/fake-image.ts';
import { type TestHome, testHome } from '../support/home.ts';
import { samplesOf } from '../support/samples.ts';

const table = Object.entries(operations) as unknown as [OperationName, Operation][];
const last = ['stop', 'kill', 'rename', 'remove'].map((verb) => `machine.${verb}`);
/** Those after which a machine runs no more, or is there no more, come last. */
const others = table
  .filter(([, { access }]) => access !== 'admin')
  .sort(([a], [b]) => last.indexOf(a) - last.indexOf(b));

let home: TestHome;
let engine: Engine;

function as(more: Partial<Grant> = {}): Engine {
  const opened = openHome(home.env);
  const grant: Grant = {
    ...everything,
    id: Math.random().toString(),
    who: 'ci',
    scope: 'control',
    machines: ['game-*'],
    images: ['tiny'],
    ...more,
  };
  return granted(home.engine, opened, grant, { log: new AuditLog(opened), from: '192.0.2.7' });
}

const small = { memory: '16M', disk: '1M', network: 'none', wait: '100ms' } as const;

beforeAll(async () => {
  home = testHome('machines', 'own');
  for (const image of ['tiny', 'foreign-image']) fakeImage(home.vmdir, image);
  const place = home.path('../place-of-the-host');
  mkdirSync(place);
  for (const file of ['disk.raw', 'kernel', 'cd.iso']) writeFileSync(`${place}/${file}`, Buffer.alloc(4096));
  await home.engine.machine.make({
    ...small,
    name: 'game-1',
    password: 'geheim',
    run: ['echo geheim'],
    kernel: `${place}/kernel`,
    share: [`${place}:stuff`],
    append: 'root=/dev/vda',
  });
  await home.engine.disk.add({ name: 'game-1', what: `${place}/disk.raw` });
  await home.engine.machine.set({
    name: 'game-1',
    changes: [`cdrom=${place}/cd.iso`, `arguments=[-D, ${place}/trace]`, 'cpu=max'],
  });
  await home.engine.machine.make({ ...small, name: 'game-2', image: 'foreign-image', disk: '1M' });
  await home.engine.machine.make({ ...small, name: 'other-secret', image: 'tiny', disk: '1M' });
  mkdirSync(home.path('game-broken'));
  writeFileSync(
    home.path('game-broken/machine.yaml'),
    `version: 1\nkernel: [${place}]\nbogus: other-secret\n`,
  );
  await home.engine.machine.make({ ...small, name: 'game-3', memory: '64M' });
  await home.engine.machine.start({ name: 'game-3' });
  await home.engine.snapshot.create({ name: 'game-3', snapshot: 's1' });
  await home.engine.machine.fork({ from: 'game-3@s1', names: ['other-secret-fork'] });
  engine = as();
});
afterAll(() => home[Symbol.asyncDispose]());

/** All that somebody is told by a call: its result or error, what it streams first, and its progress. */
async function told(name: OperationName, parameters: Record<string, unknown>): Promise<string> {
  const said: unknown[] = [];
  const caller = new AbortController();
  const report = (progress: Progress) => said.push(progress);
  const scope = new Scope({ timeout: 2000, signal: caller.signal, report });
  try {
    const result = await callOf(engine)(name, parameters, scope);
    said.push(result);
    if (typeof result === 'object' && result !== null && Symbol.asyncIterator in result) {
      for await (const item of result as AsyncIterable<unknown>) {
        said.push(item);
        break;
      }
    }
  } catch (error) {
    said.push(error, String(error), (error as VivariumError).hint);
  } finally {
    caller.abort();
    await home.engine.machine.remove({ name: 'game-new', force: true }).catch(() => {}); // where one was made
  }
  return JSON.stringify(said);
}

const named = others.filter(([, { parameters }]) =>
  Object.values(parameters).some(({ names }) => names === 'machine'),
);

describe.each(others)('%s', (name, operation) => {
  test.each(['game-1', 'game-3', 'game-broken'])(
    'tells nothing of the host, nor of others, about %s',
    async (machine) => {
      const names = { machine, 'machine-to-be': 'game-new', image: 'tiny' };
      const parameters = samplesOf(operation, names);
      if ('snapshot' in operation.parameters && machine === 'game-3') parameters.snapshot ??= 's1';
      const said = await told(name, parameters);
      for (const secret of [
        home.vmdir,
        tmpdir(),
        process.cwd(),
        'place-of-the-host',
        'other-secret',
        'foreign-image',
        'geheim',
      ])
        expect(said).not.toContain(secret);
    },
  );
});

describe.each(named)('%s', (name, operation) => {
  test('answers for a machine of somebody else as for none', async () => {
    const about = (machine: string) =>
      told(name, samplesOf(operation, { machine, 'machine-to-be': 'game-new', image: 'tiny' }));
    const none = await about('other-absent');
    expect((await about('other-secret')).replaceAll('other-secret', 'other-absent')).toBe(none);
    expect(none).toContain('machine-not-found');
  });
});
