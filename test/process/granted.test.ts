import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AuditLog, readAudit } from '../../src/access/audit-log.ts';
import { everything, type Grant, reaches } from '../../src/access/grant.ts';
import { granted } from '../../src/access/granted.ts';
import { type Engine, isVivariumError, Scope, type VivariumError } from '../../src/index.ts';
import { openHome } from '../../src/machine/home.ts';
import { callOf, engineOf } from '../../src/protocol/engine.ts';
import { type Access, accessLevels, type Operation, onlyLooks } from '../../src/protocol/operation.ts';
import { type OperationName, operations } from '../../src/protocol/operations.ts';
import { type TestHome, testHome } from '../support/home.ts';
import { samplesOf } from '../support/samples.ts';

let home: TestHome;
beforeAll(() => {
  home = testHome('machines', 'own');
});
afterAll(() => home[Symbol.asyncDispose]());

/** All but the one that is answered without the engine. */
const table = (Object.entries(operations) as unknown as [OperationName, Operation][]).filter(
  ([name]) => name !== 'token.self',
);
const theirs = { machine: 'game-1', 'machine-to-be': 'game-2', image: 'tiny' };
const reached = new Error('it was reached');

const grantOf = (scope: Access): Grant => ({
  ...everything,
  id: scope,
  who: scope,
  scope,
  ...(scope !== 'admin' && { machines: ['game-*'], images: ['tiny'] }),
});

/** An engine as somebody has it, and what of it was reached. */
function watched(grant: Grant): { engine: Engine; calls: OperationName[] } {
  const calls: OperationName[] = [];
  const engine = engineOf(async (name) => {
    calls.push(name);
    throw reached;
  });
  return { engine: as(grant, engine), calls };
}

function as(grant: Grant, engine: Engine): Engine {
  const opened = openHome(home.env);
  return granted(engine, opened, grant, { log: new AuditLog(opened), from: '192.0.2.7' });
}

/** Calls an operation of an engine that does nothing but fail. @returns how it failed before it reached it */
async function refusal(
  engine: Engine,
  name: OperationName,
  given: unknown,
): Promise<VivariumError | undefined> {
  const error = await callOf(engine)(name, given, new Scope()).catch((error: unknown) => error);
  if (isVivariumError(error)) return error;
  expect(error).toSatisfy((it) => it === reached || (it as Error).cause === reached);
  return undefined;
}

const values = ['/etc/passwd', ['/etc/passwd'], true, 'gtk', ['0.0.0.0:80:80'], ['shares=[]'], 2 ** 30];

/** What others than the administrator may call. */
const open = table.filter(([, { access }]) => access !== 'admin');

describe.each(open)('%s, by others', (name, operation) => {
  const given = samplesOf(operation, theirs);
  const parameters = Object.entries(operation.parameters);

  test('takes what is the administrator’s of nobody else', async () => {
    for (const [parameter, { access, schema, except }] of parameters) {
      if (access === undefined) continue;
      const closed = values.find((it) => schema.safeParse(it).success && !except?.safeParse(it).success);
      expect(closed, parameter).toBeDefined();
      const { engine, calls } = watched(grantOf('control'));
      const error = await refusal(engine, name, { ...given, [parameter]: closed });
      expect(error?.code, `${parameter}: ${closed}`).toBe('permission-denied');
      expect(calls).toEqual([]);
      expect(
        await refusal(watched(everything).engine, name, { ...given, [parameter]: closed }),
      ).toBeUndefined();
    }
  });

  test('knows of nothing that is not theirs, and looks at nothing', async () => {
    const codes = {
      machine: 'machine-not-found',
      'machine-to-be': 'permission-denied',
      image: 'image-not-found',
    };
    for (const [, { names }] of parameters) {
      if (names === undefined) continue;
      const { engine, calls } = watched(grantOf('control'));
      const error = await refusal(engine, name, samplesOf(operation, { ...theirs, [names]: 'other-1' }));
      expect(error?.code).toBe(codes[names]);
      expect(calls).toEqual([]);
    }
  });

  test('names what it is about, or shows of all what is theirs', () => {
    const names = parameters.some(([, it]) => it.names !== undefined);
    expect(names || ['machine.list', 'image.list', 'image.catalogue', 'host.events'].includes(name)).toBe(
      true,
    );
  });
});

describe.each(table)('%s', (name, operation) => {
  const given = samplesOf(operation, theirs);

  test.each(accessLevels)(`needs ${operation.access}, which is what %s has or has not`, async (scope) => {
    const { engine, calls } = watched(grantOf(scope));
    const error = await refusal(engine, name, given);
    if (!reaches(scope, operation.access)) {
      expect(error).toMatchObject({ code: 'permission-denied', details: { token: scope, operation: name } });
      expect(calls).toEqual([]);
      return;
    }
    // What it would come to may have to be found out first, or fail before that where there is no such image.
    expect(error?.code).not.toBe('permission-denied');
    for (const called of calls) expect([name, ...looks], called).toContain(called);
  });

  test('is written down, unless it only looks; and no secret with it', async () => {
    const before = readAudit(openHome(home.env), 10_000).length;
    const engine = as(
      everything,
      engineOf(async () => (operation.stream ? [].values() : {})),
    );
    await callOf(engine)(
      name,
      { ...given, password: 'geheim', text: 'geheim', command: ['geheim'] },
      new Scope(),
    );
    const entries = readAudit(openHome(home.env), 10_000).slice(before);
    const result = operation.stream ? 'opened' : 'ok';
    const expected = { who: 'the owner', from: '192.0.2.7', operation: name, result };
    expect(entries).toMatchObject(onlyLooks(operation) ? [] : [expected]);
    expect(JSON.stringify(entries)).not.toContain('geheim');
  });
});

test.each(accessLevels)('who has %s can ask what that is', async (scope) => {
  const { engine, calls } = watched(grantOf(scope));
  expect(await engine.token.self({})).toMatchObject({ who: scope, scope });
  expect(calls).toEqual([]);
});

const looks = table.filter(([, operation]) => operation.access === 'read').map(([name]) => name);
