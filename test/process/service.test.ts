import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { errorTable } from '../../src/base/error-table.ts';
import { httpEngine } from '../../src/client/index.ts';
import { accessLevels, type Operation } from '../../src/protocol/operation.ts';
import { operations } from '../../src/protocol/operations.ts';
import { pathOf, tokenProtocol } from '../../src/protocol/wire.ts';
import { eventually } from '../support/eventually.ts';
import { testHome } from '../support/home.ts';
import { newToken, startService, type TestService } from '../support/service.ts';

/** One vmd, with nobody's machines: what is asked of it here is refused, or shows that nothing was harmed. */
const home = testHome();
const stack = new AsyncDisposableStack();
let service: TestService;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  stack.use(home);
  await home.engine.machine.make({ name: 'mine', disk: 'none' });
  for (const scope of accessLevels) {
    const none = scope === 'admin' ? {} : { maxMachines: 0 }; // to make one is allowed, and to start and stop it takes long
    tokens[scope] = await newToken(home, `for-${scope}`, scope, none);
  }
  tokens.stranger = await newToken(home, 'stranger', 'control', { machines: ['theirs-*'] });
  service = stack.use(await startService(home));
});
afterAll(() => stack.disposeAsync());

interface Asked {
  method?: string;
  path: string;
  token?: string | undefined;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** One request, its path as it is: no library tidies it up. */
async function ask({ method = 'POST', path, token, headers = {}, body }: Asked) {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const call = request({
    port: service.port,
    host: '127.0.0.1',
    method,
    path,
    headers: { ...authorization, ...headers },
    agent: false,
  });
  call.end(body ?? (method === 'POST' ? '{}' : undefined));
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  const said = await text(response);
  return { status: response.statusCode ?? 0, said, code: codeIn(said), headers: response.headers };
}

function codeIn(said: string): string | undefined {
  try {
    return JSON.parse(said).error?.code;
  } catch {
    return undefined;
  }
}

/** What a WebSocket says first: an error, or the status that it was refused with. */
async function knock(path: string, token?: string, headers: Record<string, string> = {}) {
  const protocols = ['vivarium', ...(token === undefined ? [] : [tokenProtocol(token)])];
  const socket = new WebSocket(`${service.url.replace('http', 'ws')}${path}`, protocols, { headers });
  const refused = new Promise<string>((resolve) =>
    socket.on('unexpected-response', (_, response: IncomingMessage) => resolve(String(response.statusCode))),
  );
  socket.on('error', () => {}); // told by one of the others
  socket.on('open', () => socket.send('{"parameters":{}}'));
  const answered = new Promise<string>((resolve) =>
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString());
      resolve(message.error?.code ?? Object.keys(message)[0]);
    }),
  );
  const said = await Promise.race([refused, answered]);
  socket.terminate();
  return said;
}

const table = Object.entries(operations) as [string, Operation][];

/** The service answers, and quickly enough for whoever waits. */
async function stillServes(): Promise<void> {
  const { status, said } = await ask({ method: 'GET', path: '/v1/machine/list', token: tokens.read });
  expect([status, JSON.parse(said)[0].name]).toEqual([200, 'mine']);
}

describe('who may', () => {
  test('no route of an operation is reached without a valid token', async () => {
    const bad = [undefined, '', 'vt_nonsense', `${tokens.admin}x`, tokens.admin?.slice(0, -1)];
    for (const [index, [name]] of table.entries()) {
      const token = bad[index % bad.length];
      expect([name, (await ask({ path: pathOf(name), token })).code]).toEqual([name, 'token-invalid']);
      expect([name, (await ask({ method: 'GET', path: pathOf(name), token })).code]).toEqual([
        name,
        'token-invalid',
      ]);
      expect([name, await knock(pathOf(name), token)]).toEqual([name, '401']);
    }
    for (const path of ['/events', '/v1/abort', '/metrics']) {
      const method = path === '/v1/abort' ? 'POST' : 'GET';
      expect([path, (await ask({ method, path })).code]).toEqual([path, 'token-invalid']);
    }
  });

  test.each(accessLevels)('scope %s reaches what the table gives it, and nothing else', async (scope) => {
    const level = accessLevels.indexOf(scope);
    for (const [name, operation] of table) {
      const allowed = accessLevels.indexOf(operation.access) <= level;
      if (allowed && scope === 'admin') continue; // it would do all of it; the table says the same of the others
      // Of a machine that is not there: what is allowed is looked for, or misses something.
      const body = JSON.stringify({ name: 'nobody' });
      const code = operation.stream
        ? await knock(pathOf(name), tokens[scope])
        : (await ask({ path: pathOf(name), token: tokens[scope], body })).code;
      expect([name, code === 'permission-denied']).toEqual([name, !allowed]);
    }
  });

  test('who need not say who they are is no refusal in the audit, unless they say it wrong', async () => {
    await using own = testHome();
    await using open = await startService(own);
    const refusals = async () => (await own.engine.host.audit({ refused: true })).length;
    const get = (path: string, token?: string) =>
      fetch(`${open.url}${path}`, { headers: token ? { authorization: `Bearer ${token}` } : {} });
    for (const path of ['/', '/healthz', '/openapi.json']) expect((await get(path)).status).toBe(200);
    expect(await refusals()).toBe(0);
    expect((await get('/healthz', 'vt_nonsense')).status).toBe(200);
    expect(await refusals()).toBe(1);
  });

  test('what a token may not see does not exist for it', async () => {
    const there = await ask({ path: '/v1/machine/show', token: tokens.stranger, body: '{"name":"mine"}' });
    const absent = await ask({ path: '/v1/machine/show', token: tokens.stranger, body: '{"name":"mina"}' });
    expect(there.status).toBe(404);
    expect(there.said.replaceAll('mine', 'mina')).toBe(absent.said);
    const { said } = await ask({ path: '/v1/machine/list', token: tokens.stranger });
    expect(JSON.parse(said)).toEqual([]);
  });

  test('a revoked token is refused at once, and what it has open ends', async () => {
    const secret = await newToken(home, 'leaving', 'read');
    const socket = new WebSocket(`${service.url.replace('http', 'ws')}/v1/host/events`, [
      'vivarium',
      tokenProtocol(secret),
    ]);
    socket.on('open', () => socket.send('{"parameters":{}}'));
    await once(socket, 'message');
    const closed = once(socket, 'close');
    await home.engine.token.revoke({ name: 'leaving' });
    expect((await ask({ path: '/v1/machine/list', token: secret })).code).toBe('token-invalid');
    expect((await closed)[0]).toBe(1008);
  });

  test('a page learns why its stream is refused', async () => {
    const engine = httpEngine({ url: service.url, token: 'vt_nonsense' });
    await expect(engine.host.events({})).rejects.toMatchObject({ code: 'token-invalid' });
  });

  test('hosts and origins of others are refused, with a token too', async () => {
    const token = tokens.admin;
    const path = '/v1/machine/list';
    for (const host of ['evil.example', `evil.example:${service.port}`, 'localhost.evil.example']) {
      expect([host, (await ask({ path, token, headers: { host } })).code]).toEqual([host, 'origin-refused']);
    }
    for (const host of ['localhost', `127.0.0.1:${service.port}`, '[::1]:80']) {
      expect([host, (await ask({ path, token, headers: { host } })).status]).toEqual([host, 200]);
    }
    const origin = 'http://evil.example';
    expect((await ask({ path, token, headers: { origin } })).code).toBe('origin-refused');
    expect(await knock('/v1/host/events', token, { origin })).toBe('403');
    expect((await ask({ path: '/healthz', method: 'GET', headers: { host: 'evil.example' } })).code).toBe(
      'origin-refused',
    );
  });
});

test('a page of another site does not come in by the unix socket, wherever that is forwarded to', async () => {
  const askAt = async (headers: Record<string, string>) => {
    const socketPath = `${home.vmdir}/.vmd/socket`;
    const call = request({ socketPath, method: 'POST', path: '/v1/token/self', headers, agent: false });
    call.end('{}');
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    return response.resume().statusCode;
  };
  expect(await askAt({ host: 'vmd' })).toBe(200);
  expect(await askAt({ host: 'localhost:9000', origin: 'http://localhost:9000' })).toBe(200);
  expect(await askAt({ host: 'localhost:9000', origin: 'http://evil.example' })).toBe(403);
  expect(await askAt({ host: 'evil.example', origin: 'http://evil.example' })).toBe(403);
});

describe('what it bears', () => {
  test('odd paths, methods and bodies get typed refusals', async () => {
    const token = tokens.control;
    const paths = [
      '/v1/machine/../machine/list',
      '/v1/machine/%2e%2e/list',
      '/v1/machine%2flist',
      '/..%2f..%2fetc/passwd',
      '/assets/..%2f..%2fpackage.json',
      '/%00',
      '/%zz',
      '//v1/machine/list',
      `/v1/${'a'.repeat(5000)}`,
      '/v1/__proto__/constructor',
      '/v1/machine/constructor',
    ];
    for (const path of paths) {
      const { status, code } = await ask({ path, token });
      expect([path, status >= 400 && status < 500, code !== undefined]).toEqual([path, true, true]);
    }
    const bodies = [
      '{',
      '[]',
      'null[',
      '"text"',
      '{"name":{"a":1}}',
      '{"name":["mine"]}',
      '{"__proto__":{"name":"mine"}}',
      '{"constructor":1}',
      `{"name":"${'x'.repeat(100_000)}"}`,
      '{"name":"../../etc"}',
      '{"name":"mine\\u0000"}',
      '['.repeat(100_000),
      randomBytes(1000),
    ];
    for (const body of bodies) {
      for (const path of ['/v1/machine/start', '/v1/machine/make', '/v1/abort']) {
        const { status, code } = await ask({ path, token, body });
        expect([String(body).slice(0, 40), status < 500, code !== 'unexpected']).toEqual([
          String(body).slice(0, 40),
          true,
          true,
        ]);
      }
    }
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']) {
      expect([method, (await ask({ method, path: '/v1/machine/list', token })).status]).toEqual([
        method,
        405,
      ]);
    }
    await stillServes();
    expect(service.said()).not.toContain('Error');
  });

  test('what is there by another method says by which', async () => {
    const token = tokens.control;
    const said = async (method: string, path: string) => {
      const { status, code, headers } = await ask({ method, path, token });
      return [status, code, headers.allow ?? headers.upgrade];
    };
    expect(await said('GET', '/v1/machine/start?name=mine')).toEqual([405, 'method-unfit', 'POST']);
    expect(await said('DELETE', '/v1/machine/start')).toEqual([405, 'method-unfit', 'POST']);
    expect(await said('PUT', '/v1/machine/list')).toEqual([405, 'method-unfit', 'GET, POST']);
    expect(await said('GET', '/v1/abort')).toEqual([405, 'method-unfit', 'POST']);
    expect(await said('POST', '/')).toEqual([405, 'method-unfit', 'GET, HEAD']);
    for (const method of ['GET', 'POST'])
      expect(await said(method, '/v1/machine/console')).toEqual([426, 'websocket-needed', 'websocket']);
    expect((await said('GET', '/v1/nowhere'))[0]).toBe(404);
  });

  test('HEAD is as GET, without a body', async () => {
    for (const path of ['/', '/healthz', '/openapi.json', '/metrics']) {
      const { status, said, headers } = await ask({ method: 'HEAD', path, token: tokens.read });
      const got = await ask({ method: 'GET', path, token: tokens.read });
      expect([path, status, said, headers['content-type']]).toEqual([
        path,
        200,
        '',
        got.headers['content-type'],
      ]);
    }
  });

  test('random bodies for every operation never surprise it', async () => {
    for (const [name, operation] of table) {
      if (operation.stream || operation.access === 'admin') continue;
      for (const value of [
        null,
        0,
        -1,
        1e300,
        '',
        '\u0000',
        [],
        {},
        [[[]]],
        { $bytes: 1 },
        { $bytes: '%' },
      ]) {
        const parameters = Object.fromEntries(Object.keys(operation.parameters).map((it) => [it, value]));
        const body = JSON.stringify(parameters);
        const { status, code, said } = await ask({ path: pathOf(name), token: tokens.control, body });
        expect([name, body, status === 200 || (code !== undefined && code in errorTable)]).toEqual([
          name,
          body,
          true,
        ]);
        expect(said).not.toContain(home.vmdir);
      }
    }
    await stillServes();
  });

  test('bodies of 100 MB, twenty at once, are refused and cost no memory', async () => {
    const before = service.memory();
    const chunk = Buffer.alloc(2 ** 20, 0x20);
    const send = async (known: boolean) => {
      const call = request({
        port: service.port,
        host: '127.0.0.1',
        method: 'POST',
        path: '/v1/machine/make',
        headers: known ? { authorization: `Bearer ${tokens.control}` } : {},
        agent: false,
      });
      const answer = new Promise<number>((resolve) => {
        call.on('response', (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        call.on('close', () => resolve(0));
      });
      const body = Readable.from(Array.from({ length: 100 }, () => chunk));
      const sent = pipeline(body, call).catch(() => {}); // it hangs up on who goes on
      const status = await answer;
      call.destroy();
      await sent;
      return status;
    };
    const statuses = await Promise.all(Array.from({ length: 20 }, (_, index) => send(index % 2 === 0)));
    for (const [index, status] of statuses.entries())
      expect([0, index % 2 === 0 ? 413 : 401]).toContain(status);
    await stillServes();
    expect(service.memory() - before).toBeLessThan(100 * 2 ** 20);
  });

  test('5,000 idle sockets and slow heads keep nobody out', async () => {
    const before = service.memory();
    const open: Socket[] = [];
    const knockIdle = (words?: string) =>
      new Promise<void>((resolve) => {
        const socket = connect(service.port, '127.0.0.1', () => {
          if (words) socket.write(words);
          resolve();
        }).resume();
        socket.on('error', () => resolve()); // it may be one too many
        open.push(socket);
      });
    for (let round = 0; round < 50; round++) {
      const slow =
        round % 2 === 0 ? 'GET /v1/machine/list HTTP/1.1\r\nHost: localhost\r\nX-Slow: ' : undefined;
      await Promise.all(Array.from({ length: 100 }, () => knockIdle(slow)));
    }
    expect(open).toHaveLength(5000);
    await stillServes();
    await home.engine.machine.list({});
    expect(service.memory() - before).toBeLessThan(100 * 2 ** 20);
    // Those that are kept are not kept for ever.
    await eventually(
      async () => open.filter((it) => !it.closed).length === 0 || undefined,
      () => `${open.filter((it) => !it.closed).length} idle sockets to be closed`,
      40_000,
    );
    await stillServes();
  });

  test('WebSockets that say nothing right are told so', async () => {
    for (const words of [
      '{',
      '[]',
      '{"parameters":7}',
      '{"parameters":{},"timeout":"soon"}',
      Buffer.alloc(9),
    ]) {
      const socket = new WebSocket(`${service.url.replace('http', 'ws')}/v1/machine/logs`, [
        'vivarium',
        tokenProtocol(tokens.admin as string),
      ]);
      socket.on('open', () => socket.send(words));
      const [data] = (await once(socket, 'message')) as [Buffer];
      expect([String(words), codeIn(data.toString())]).toEqual([String(words), 'request-invalid']);
      await once(socket, 'close');
    }
    const large = new WebSocket(`${service.url.replace('http', 'ws')}/v1/machine/logs`, [
      'vivarium',
      tokenProtocol(tokens.admin as string),
    ]);
    large.on('error', () => {}); // closed under its hands
    large.on('open', () => large.send(Buffer.alloc(8 * 2 ** 20)));
    // Its reason may be lost with the connection, on which more is on its way.
    expect([1009, 1006]).toContain((await once(large, 'close'))[0]);
    await stillServes();
  });

  test('no WebSocket is kept open where there is none, and nobody had to say who they are', async () => {
    for (const path of ['/', '/healthz', '/openapi.json', '/events', '/%zz', '/nowhere']) {
      expect([path, await knock(path)]).toEqual([path, '404']);
    }
    const socket = connect(service.port, '127.0.0.1').resume();
    const wanted = 'Connection: Upgrade\r\nUpgrade: websocket';
    socket.write(`GET /%zz HTTP/1.1\r\nHost: localhost\r\n${wanted}\r\n\r\n`);
    await once(socket, 'close');
  });

  test('one token opens no more than its share, and lets go of it', async () => {
    const secret = await newToken(home, 'greedy', 'read');
    const open = () =>
      new WebSocket(`${service.url.replace('http', 'ws')}/v1/host/events`, [
        'vivarium',
        tokenProtocol(secret),
      ]);
    const sockets = Array.from({ length: 200 }, open);
    await Promise.all(sockets.map((socket) => once(socket, 'open')));
    expect(await knock('/v1/host/events', secret)).toBe('429');
    expect((await ask({ path: '/v1/token/self', token: secret })).code).toBe('too-many-open');
    await stillServes();
    for (const socket of sockets) socket.terminate();
    await eventually(
      async () => (await ask({ path: '/v1/token/self', token: secret })).status === 200,
      'the token to have room again',
    );
  });

  test('a flood of empty messages is left where it comes from', async () => {
    const before = service.memory();
    const socket = new WebSocket(`${service.url.replace('http', 'ws')}/v1/host/events`, [
      'vivarium',
      tokenProtocol(tokens.read as string),
    ]);
    socket.on('error', () => {}).on('open', () => socket.send('{"parameters":{}}'));
    const [{ socket: raw }] = (await once(socket, 'upgrade')) as [IncomingMessage];
    await once(socket, 'message');
    const empty = Buffer.from([0x82, 0x80, 0, 0, 0, 0]); // binary, masked, no bytes (RFC 6455, 5.2)
    raw.write(Buffer.concat(Array.from({ length: 3_000_000 }, () => empty)));
    for (let asked = 0; asked < 100; asked++) await stillServes(); // between these it reads what it is willing to
    expect(service.memory() - before).toBeLessThan(60 * 2 ** 20);
    expect(raw.writableLength).toBeGreaterThan(0);
    socket.terminate();
  });

  test('who asks far too often is told to wait, and others are not', async () => {
    let code: string | undefined;
    // A minute may end meanwhile, and with it all that was counted: twice as many as one takes are enough.
    for (let asked = 0; asked < 14 && code !== 'too-many-requests'; asked++) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => ask({ path: '/v1/token/self' })));
      code = answers.find((it) => it.code !== 'token-invalid')?.code;
    }
    expect(code).toBe('too-many-requests');
    await stillServes();
  });
});
