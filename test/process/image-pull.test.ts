import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Progress, Scope } from '../../src/base/scope.ts';
import type { Catalogue } from '../../src/image/catalogue.ts';
import { type PullRequest, pull } from '../../src/image/pull.ts';
import type { Image } from '../../src/image/store.ts';
import { makeDisk, qemuImg } from '../support/disks.ts';
import { has } from '../support/has.ts';
import { testRoom } from '../support/room.ts';
import { serve, type Web, web } from '../support/web.ts';

const room = testRoom();
let disk: Buffer;
beforeEach(() => {
  makeDisk(room('disk.raw'));
  disk = readFileSync(room('disk.raw'));
});

const hex = (content: Buffer, algorithm = 'sha256') => createHash(algorithm).update(content).digest('hex');

type Options = Partial<Omit<PullRequest, 'from'>> & { scope?: Scope };

const pullIt = async (from: string | URL, { scope = new Scope(), ...more }: Options = {}) =>
  (await pull(scope, {
    vmdir: room('vms'),
    cache: room('cache'),
    catalogue: {},
    from: String(from),
    told: {},
    usersOf: () => [],
    patience: { stall: 20_000, tries: 2, pause: 1 },
    ...more,
  })) as Image<'disk'>;

const kept = (...path: string[]) => (existsSync(room(...path)) ? readdirSync(room(...path)) : []);

/** The code of the error; no image and no rest of one was kept. */
async function refused(
  from: string | URL,
  options: Options = {},
): Promise<{ code: string; message: string }> {
  const { code, message } = await pullIt(from, options).then(
    () => expect.unreachable('It was pulled.'),
    (error) => error,
  );
  expect(kept('vms/.images')).toEqual([]);
  return { code, message };
}

/** A publisher's directory: files by their names. */
const publisher = (files: () => Record<string, Buffer | string>): Promise<Web> =>
  web((request, response) => {
    const content = files()[request.url ?? ''];
    if (content === undefined) response.writeHead(404).end('<html>Not found</html>');
    else
      serve(request, response, Buffer.from(content as string), {
        etag: `"${hex(Buffer.from(content as string))}"`,
      });
  });

function catalogueOf(server: Web, more: Partial<Catalogue[string]>): Catalogue {
  const directory = server.url('/images/').href;
  return {
    thing: {
      about: 'A thing',
      directory,
      file: 'thing.img',
      kind: 'disk',
      seed: 'cloud-init',
      user: 'me',
      ...more,
    },
  };
}

describe.skipIf(!has('qemu-img'))('by its URL', () => {
  test('what comes is taken as it is where no digest is known, and that is said', async () => {
    await using server = await publisher(() => ({ '/my%20disk.img': disk }));
    const warnings: Progress[] = [];
    const scope = new Scope({ report: (it) => it.kind === 'warning' && warnings.push(it) });
    const image = await pullIt(server.url('/my disk.img'), { scope, told: { cloudInit: true } });
    expect(image).toMatchObject({
      name: 'my-disk',
      format: 'raw',
      source: { url: server.url('/my%20disk.img').href, sha256: hex(disk) },
    });
    expect(warnings.map(({ text }) => text).join()).toContain(`next time: --sha256 ${hex(disk)}`);
    expect(readFileSync(join(image.directory, 'disk.raw')).equals(disk)).toBe(true);
    expect(kept('cache/downloads')).toEqual([]);
  });

  test('with its digest it is compared, and the second time it is there at once', async () => {
    await using server = await publisher(() => ({ '/disk.img': disk }));
    const told = { sha256: hex(disk).toUpperCase() };
    const image = await pullIt(server.url(), { told });
    expect(await pullIt(server.url(), { told })).toEqual(image);
    expect(server.requests).toHaveLength(1);
  });

  test('a wrong digest keeps nothing', async () => {
    await using server = await publisher(() => ({ '/disk.img': disk }));
    const error = await refused(server.url(), { told: { sha256: 'a'.repeat(64) } });
    expect(error.code).toBe('digest-wrong');
    expect(error.message).toContain(hex(disk));
    expect(kept('cache/downloads').flatMap((entry) => kept('cache/downloads', entry))).toEqual([]);
  });

  test.each([
    [
      'a page with the status 200',
      () => '<!DOCTYPE html><html>Log in first</html>',
      'not-an-image',
      'an HTML page',
    ],
    [
      'an overlay',
      () => {
        qemuImg('create', '-q', '-f', 'qcow2', '-u', '-b', '/etc/passwd', '-F', 'raw', room('overlay'), '1M');
        return readFileSync(room('overlay'));
      },
      'image-unsafe',
      '/etc/passwd',
    ],
    [
      'half a disk',
      () => {
        makeDisk(room('half'), 'qcow2');
        return readFileSync(room('half')).subarray(0, 700_000);
      },
      'image-unreadable',
      'cut off',
    ],
  ])('%s is no image, and is not kept', async (_, make, code, says) => {
    const content = make();
    await using server = await publisher(() => ({ '/disk.img': content }));
    const error = await refused(server.url());
    expect(error.code).toBe(code);
    expect(error.message).toContain(says);
    expect(error.message).toContain(server.url().href);
    expect(kept('cache/downloads').flatMap((entry) => kept('cache/downloads', entry))).toEqual([]);
  });

  test('a password in it is used, and shown nowhere', async () => {
    await using server = await web((request, response) => {
      const wanted = `Basic ${Buffer.from('me:hush').toString('base64')}`;
      if (request.headers.authorization === wanted) serve(request, response, disk);
      else response.writeHead(401).end();
    });
    const url = server.url();
    expect((await refused(url)).message).toContain('401');
    Object.assign(url, { username: 'me', password: 'hush' });
    const warnings: string[] = [];
    const image = await pullIt(url, { scope: new Scope({ report: ({ text }) => warnings.push(text) }) });
    expect(JSON.stringify([image, warnings])).not.toContain('hush');
  });

  test.each([
    ['file:///etc/passwd', 'vm image import /etc/passwd'],
    ['ftp://a/b', 'vm image catalogue'],
    ['http:', 'vm image catalogue'],
  ])('%s is none that is loaded', async (from, hint) => {
    await expect(pullIt(from)).rejects.toMatchObject({
      code: 'download-failed',
      hint: expect.stringContaining(hint),
    });
  });
});

describe.skipIf(!has('qemu-img'))('by its name in the catalogue', () => {
  test.each([
    ['a list of digests', 'SHA256SUMS', () => `${'0'.repeat(64)} *other.img\n${hex(disk)} *thing.img\n`],
    ['SHA-512', 'SHA512SUMS', () => `${hex(disk, 'sha512')}  thing.img\n`],
    ['a file for the one file', '{file}.sha256', () => `${hex(disk)}  thing-Build7.img\n`],
  ])('with %s', async (_, checksums, text) => {
    await using server = await publisher(() => ({
      '/images/thing.img': disk,
      [`/images/${checksums.replace('{file}', 'thing.img')}`]: text(),
    }));
    const catalogue = catalogueOf(server, { checksums });
    const image = await pullIt('thing', { catalogue });
    expect(image).toMatchObject({
      name: 'thing',
      user: 'me',
      seed: 'cloud-init',
      source: { catalogue: 'thing' },
    });
    expect(await pullIt('thing', { catalogue })).toEqual(image);
    expect(server.requests.filter(({ path }) => path === '/images/thing.img')).toHaveLength(1);
  });

  test('the highest version of a list', async () => {
    const sums = ['thing-1.9.img', 'thing-1.10.img', 'thing-edu-2.0.img'].map(
      (name) => `${hex(disk)}  ${name}`,
    );
    await using server = await publisher(() => ({
      '/images/SHA256SUMS': sums.join('\n'),
      '/images/thing-1.10.img': disk,
    }));
    const catalogue = catalogueOf(server, { file: 'thing-*.img', checksums: 'SHA256SUMS' });
    expect((await pullIt('thing', { catalogue })).source.url).toBe(server.url('/images/thing-1.10.img').href);
  });

  test('the highest version of a directory, whose lists have versions too', async () => {
    await using server = await publisher(() => ({
      '/images/':
        '<a href="?C=N">N</a><a href="thing-1.2.img">x</a><a href="./thing-1.10.img">y</a><a href=CHECKSUM-1.10>z</a>',
      '/images/CHECKSUM-1.10': `SHA256 (thing-1.10.img) = ${hex(disk)}`,
      '/images/thing-1.10.img': disk,
    }));
    const catalogue = catalogueOf(server, { file: 'thing-*.img', checksums: 'CHECKSUM-*' });
    expect((await pullIt('thing', { catalogue })).source.sha256).toBe(hex(disk));
  });

  test.each([
    ['a list without it', 'SHA256SUMS', { '/images/SHA256SUMS': '' }, 'has no digest of thing.img'],
    ['no list', 'SHA256SUMS', {}, '404'],
    ['a list without end', 'SHA256SUMS', { '/images/SHA256SUMS': 'x'.repeat(5_000_000) }, 'too long'],
  ])('not with %s', async (_, checksums, files, says) => {
    await using server = await publisher(() => ({ '/images/thing.img': disk, ...files }));
    const error = await refused('thing', { catalogue: catalogueOf(server, { checksums }) });
    expect(error.code).toBe('download-failed');
    expect(error.message).toContain(says);
    expect(server.requests.map(({ path }) => path)).not.toContain('/images/thing.img');
  });

  test('a newer one takes its place, unless a machine uses it', async () => {
    let now = disk;
    const files = () => ({ '/images/thing.img': now, '/images/SUMS': `${hex(now)}  thing.img` });
    await using server = await publisher(files);
    const catalogue = catalogueOf(server, { checksums: 'SUMS' });
    const first = await pullIt('thing', { catalogue });
    now = Buffer.concat([disk, Buffer.alloc(512, 9)]);
    await expect(pullIt('thing', { catalogue, usersOf: () => ['m'] })).rejects.toMatchObject({
      code: 'image-in-use',
    });
    expect(await pullIt('thing', { catalogue, usersOf: () => ['m'], told: { name: 'newer' } })).toMatchObject(
      {
        minimum: now.length,
      },
    );
    const second = await pullIt('thing', { catalogue });
    expect([first.minimum, second.minimum]).toEqual([disk.length, now.length]);
  });
});

describe.skipIf(!has('qemu-img'))('a pull that was cut short', () => {
  test('goes on from where it was', async () => {
    const abort = new AbortController();
    await using server = await web((request, response) => serve(request, response, disk));
    const warnings: string[] = [];
    const report = (it: Progress) => {
      if (it.kind === 'warning') warnings.push(it.text);
      else if ((it.done ?? 0) > 1_000_000) abort.abort();
    };
    const scope = new Scope({ signal: abort.signal, report });
    expect((await refused(server.url(), { scope })).code).toBe('interrupted');
    expect(warnings.join()).toMatch(/[\d.]+M.* kept/);
    await pullIt(server.url());
    expect(server.requests[1]?.range).toMatch(/^bytes=[1-9]\d+-$/);
  });

  test('behind the download needs no second one', async () => {
    await using server = await publisher(() => ({ '/disk.img': disk }));
    const told = { sha256: hex(disk) };
    const abort = new AbortController();
    const report = ({ text }: Progress) => text.startsWith('Comparing') && abort.abort();
    const scope = new Scope({ signal: abort.signal, report });
    expect((await refused(server.url(), { scope, told })).code).toBe('interrupted');
    await pullIt(server.url(), { told });
    expect(server.requests).toHaveLength(1);
  });

  test('and is another file by now begins anew', async () => {
    let now = disk;
    await using server = await publisher(() => ({ '/disk.img': now }));
    const abort = new AbortController();
    const report = ({ text }: Progress) => text.startsWith('Comparing') && abort.abort();
    await refused(server.url(), {
      scope: new Scope({ signal: abort.signal, report }),
      told: { sha256: hex(disk) },
    });
    now = Buffer.concat([disk, Buffer.alloc(512, 9)]);
    const image = await pullIt(server.url(), { told: { sha256: hex(now) } });
    expect(image.minimum).toBe(now.length);
  });
});

describe.skipIf(!has('qemu-img'))('two pulls at once', () => {
  test.each([true, false])('of one image: it is loaded once (digest known: %s)', async (known) => {
    const waiting = Promise.withResolvers<void>();
    await using server = await web(async (request, response) => {
      await waiting.promise;
      serve(request, response, disk);
    });
    const report = ({ text }: Progress) =>
      text.startsWith('Waiting for another download') && waiting.resolve();
    const told = known ? { sha256: hex(disk) } : {};
    const [one, two] = await Promise.all(
      [1, 2].map(() => pullIt(server.url(), { told, scope: new Scope({ report }) })),
    );
    expect(one).toEqual(two);
    expect(server.requests).toHaveLength(1);
  });
});

test('what killed pulls have left goes when it is a day old, and not while one is at it', async () => {
  const { pruneLeftovers } = await import('../../src/image/prune.ts');
  const { lock } = await import('../../src/host/lock.ts');
  const past = new Date(Date.now() - 2 * 86_400_000);
  for (const [name, time] of Object.entries({ old: past, busy: past, young: new Date() })) {
    mkdirSync(room('cache/downloads', name), { recursive: true });
    writeFileSync(room('cache/downloads', name, 'part'), 'x'.repeat(10_000));
    utimesSync(room('cache/downloads', name, 'part'), time, time);
    utimesSync(room('cache/downloads', name), time, time);
  }
  writeFileSync(room('cache/linux-image_1_amd64.deb'), 'x');
  utimesSync(room('cache/linux-image_1_amd64.deb'), past, past);
  mkdirSync(room('vms/.images/.killed.new'), { recursive: true });
  mkdirSync(room('vms/.images/good'));
  using _busy = await lock(room('cache/downloads/busy'), { wait: 0 });
  const options = { vmdir: room('vms'), cache: room('cache') };
  const dry = await pruneLeftovers({ ...options, dryRun: true });
  expect(dry.map(({ kind }) => kind)).toEqual(['build', 'download', 'package']);
  expect(dry[1]?.bytes).toBeGreaterThanOrEqual(10_000);
  expect(await pruneLeftovers({ ...options, dryRun: false })).toEqual(dry);
  expect(kept('cache/downloads').sort()).toEqual(['busy', 'young']);
  expect(kept('vms/.images')).toEqual(['good']);
});
