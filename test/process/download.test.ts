import { once } from 'node:events';
import { linkSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { Scope } from '../../src/base/scope.ts';
import { download } from '../../src/image/download.ts';
import { isWhole, partPath } from '../../src/image/download-state.ts';
import { testRoom } from '../support/room.ts';
import { type Answer, serve, web } from '../support/web.ts';

const room = testRoom();
const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 251));
const other = Buffer.from(content).reverse();
const patience = { stall: 20_000, tries: 3, pause: 1 };

const directory = () => room('download');
const load = (url: URL, scope = new Scope(), stall = patience.stall) =>
  download(scope, { url, directory: directory(), label: 'disk', patience: { ...patience, stall } });
const loaded = () => readFileSync(partPath(directory()));
const rejected = (url: URL, stall?: number) =>
  load(url, new Scope(), stall).then(
    () => expect.unreachable('It was downloaded.'),
    ({ code, message }) => ({ code, message }),
  );

describe('a download', () => {
  test('is what the server has, and is told while it comes', async () => {
    await using server = await web((request, response) => serve(request, response, content));
    const told: number[] = [];
    const scope = new Scope({
      report: (it) => it.kind === 'step' && it.of === content.length && told.push(it.done ?? 0),
    });
    await load(server.url(), scope);
    expect(loaded().equals(content)).toBe(true);
    expect(isWhole(directory())).toBe(true);
    expect([told[0], told.at(-1)]).toEqual([0, content.length]);
  });

  test('follows redirects', async () => {
    await using server = await web((request, response) => {
      if (request.url === '/elsewhere/disk') serve(request, response, content);
      else response.writeHead(302, { location: 'elsewhere/disk' }).end();
    });
    await load(server.url());
    expect(loaded().equals(content)).toBe(true);
  });

  test('without a length comes whole, too', async () => {
    await using server = await web((_, response) => {
      response.writeHead(200);
      response.write(content.subarray(0, 1000));
      response.end(content.subarray(1000));
    });
    await load(server.url());
    expect(loaded().equals(content)).toBe(true);
  });

  test('goes through the proxy that the environment names', async () => {
    await using proxy = await web((request, response) => serve(request, response, content));
    process.env.http_proxy = proxy.url('/').href;
    try {
      await load(new URL('http://somewhere.invalid/disk.img'));
    } finally {
      delete process.env.http_proxy;
    }
    expect(loaded().equals(content)).toBe(true);
    expect(proxy.requests).toMatchObject([{ path: 'http://somewhere.invalid/disk.img' }]);
  });
});

describe('a connection that is dropped', () => {
  test('is gone on with where it ended', async () => {
    await using server = await web((request, response, count) =>
      serve(request, response, content, count < 2 ? { dropAfter: 70_000 } : {}),
    );
    const warnings: string[] = [];
    await load(server.url(), new Scope({ report: (it) => it.kind === 'warning' && warnings.push(it.text) }));
    expect(loaded().equals(content)).toBe(true);
    // What was on its way when the connection broke may be lost, and is asked for again.
    const from = server.requests.map(({ range }) => Number(/\d+/.exec(range ?? '0')));
    expect(from).toHaveLength(2);
    expect(from.at(-1)).toBeLessThanOrEqual(70_000);
    expect(warnings).toHaveLength(1);
  });

  test('is given up when nothing more comes', async () => {
    await using server = await web((request, response) =>
      serve(request, response, content, { dropAfter: request.headers.range ? 0 : 1000 }),
    );
    expect(await rejected(server.url())).toMatchObject({ code: 'download-failed' });
    expect(server.requests.length).toBeGreaterThanOrEqual(patience.tries);
    expect(server.requests.length).toBeLessThan(200);
    expect(statSync(partPath(directory())).size).toBeLessThanOrEqual(1000);
  });

  test('before an answer', async () => {
    await using server = await web((request) => request.socket.destroy());
    expect((await rejected(server.url())).message).toContain('the connection was dropped');
    expect(server.requests).toHaveLength(patience.tries);
  });

  test('by a server that closes at once', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect((await rejected(new URL(`http://127.0.0.1:${port}/x`))).code).toBe('download-failed');
    server.close();
    await once(server, 'close');
    expect((await rejected(new URL(`http://127.0.0.1:${port}/x`))).message).toContain('nobody answers');
  });

  test('that brings less than it has announced, each time', async () => {
    await using server = await web((_, response) => {
      response.writeHead(200, { 'content-length': content.length + 10 });
      response.write(content, () => response.destroy());
    });
    expect((await rejected(server.url())).message).toMatch(/the connection (was dropped|ended after)/);
  });
});

describe('a server that stalls', () => {
  const says: Record<string, Answer> = {
    'says nothing': () => {},
    'stops in the middle': (_, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('some');
    },
  };
  test.each(Object.keys(says))('%s', async (how) => {
    await using server = await web(says[how] as Answer);
    expect(await rejected(server.url(), 300)).toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining('the server said nothing for 0.3 seconds'),
    });
  });
});

describe('a file that has changed since a part of it came', () => {
  /** What came before, of a file with the tag "one". */
  async function part(length = 100_000): Promise<void> {
    await using server = await web((request, response) => serve(request, response, content));
    await load(server.url());
    const state = JSON.parse(readFileSync(room('download/state.json'), 'utf8'));
    writeFileSync(room('download/state.json'), JSON.stringify({ ...state, length: content.length }));
    writeFileSync(partPath(directory()), content.subarray(0, length));
  }

  test('begins anew where the server says so', async () => {
    await part();
    await using server = await web((request, response) => serve(request, response, other, { etag: '"two"' }));
    await load(server.url());
    expect(server.requests.map(({ range }) => range)).toEqual(['bytes=100000-']);
    expect(loaded().equals(other)).toBe(true);
  });

  test('begins anew where the server sends the part in spite of it', async () => {
    await part();
    await using server = await web((request, response) => {
      if (request.headers.range === undefined) return serve(request, response, other, { etag: '"two"' });
      response.writeHead(206, { etag: '"two"', 'content-range': `bytes 100000-299999/${other.length}` });
      response.end(other.subarray(100_000));
    });
    await load(server.url());
    expect(loaded().equals(other)).toBe(true);
  });

  test('begins anew where the part is another one than was asked for', async () => {
    await part();
    await using server = await web((request, response) => {
      if (request.headers.range === undefined) return serve(request, response, content);
      response.writeHead(206, { etag: '"one"', 'content-range': `bytes 5-299999/${content.length}` });
      response.end(content.subarray(5));
    });
    await load(server.url());
    expect(loaded().equals(content)).toBe(true);
  });

  test('begins anew where there is less of it than is here (416)', async () => {
    await part();
    const short = content.subarray(0, 50_000);
    await using server = await web((request, response) => serve(request, response, short));
    await load(server.url());
    expect(loaded().equals(short)).toBe(true);
  });

  test('is gone on with where it is the same, and is left alone where it is whole', async () => {
    await part();
    await using server = await web((request, response) => serve(request, response, content));
    await load(server.url());
    expect(loaded().equals(content)).toBe(true);
    await load(server.url());
    expect(server.requests.map(({ range }) => range)).toEqual(['bytes=100000-', 'bytes=300000-']);
  });

  test('begins anew where the server ignores ranges', async () => {
    await part();
    await using server = await web((_, response) => {
      response.writeHead(200, { etag: '"one"', 'content-length': content.length }).end(content);
    });
    await load(server.url());
    expect(loaded().equals(content)).toBe(true);
  });

  test('adds nothing to a file that has become an image', async () => {
    await part();
    linkSync(partPath(directory()), room('image'));
    await using server = await web((request, response) => serve(request, response, content));
    await load(server.url());
    expect(statSync(room('image')).size).toBe(100_000);
    expect(loaded().equals(content)).toBe(true);
  });
});

describe('an answer that is no file', () => {
  test.each([
    [404, '404 (not found)', 1],
    [403, '403', 1],
    [503, '503', patience.tries],
  ])('%s', async (status, says, requests) => {
    await using server = await web((_, response) => response.writeHead(status).end('<html>'));
    expect(await rejected(server.url())).toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining(says),
    });
    expect(server.requests).toHaveLength(requests);
    expect(readdirSync(directory())).toEqual([]);
  });

  test('redirects without end', async () => {
    await using server = await web((_, response, count) =>
      response.writeHead(301, { location: `/${count}` }).end(),
    );
    expect((await rejected(server.url())).message).toContain('redirected more than 10 times');
    expect(server.requests.length).toBeLessThan(20);
  });

  test.each(['file:///etc/passwd', 'ftp://a/b', 'gopher://x'])('a redirect to %s', async (location) => {
    await using server = await web((_, response) => response.writeHead(302, { location }).end());
    expect((await rejected(server.url())).message).toContain('no http or https URL');
  });

  test('more than any image has', async () => {
    await using server = await web((_, response) => {
      response.writeHead(200, { 'content-length': 2 ** 50 });
      response.write('x');
    });
    expect((await rejected(server.url())).message).toContain('larger than');
  });
});

test('what is interrupted keeps what came', async () => {
  const abort = new AbortController();
  await using server = await web((_, response) => {
    response.writeHead(200, { etag: '"one"', 'content-length': content.length });
    response.write(content.subarray(0, 100_000));
  });
  const report = (it: object) => {
    if ('done' in it && it.done === 100_000) abort.abort();
  };
  await expect(load(server.url(), new Scope({ signal: abort.signal, report }))).rejects.toMatchObject({
    code: 'interrupted',
  });
  expect(loaded().equals(content.subarray(0, 100_000))).toBe(true);
});

test('a deadline that passes is told as that', async () => {
  await using server = await web((_, response) => {
    response.writeHead(200, { etag: '"one"', 'content-length': 100 });
    response.write('some');
  });
  await expect(load(server.url(), new Scope({ timeout: 200 }))).rejects.toMatchObject({ code: 'timeout' });
});

test('a state that cannot be read is as none', async () => {
  mkdirSync(directory());
  writeFileSync(room('download/state.json'), '{');
  writeFileSync(partPath(directory()), 'rubbish');
  await using server = await web((request, response) => serve(request, response, content));
  await load(server.url());
  expect(loaded().equals(content)).toBe(true);
});
