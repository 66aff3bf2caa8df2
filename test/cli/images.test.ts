import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { makeDisk, patch, qemuImg } from '../support/disks.ts';
import { type TestHome, testHome } from '../support/home.ts';
import { spawnInTerminal } from '../support/terminal.ts';
import { serve, type Web, web } from '../support/web.ts';

/** A home with a disk `disk.raw` beside it, and an image of that. */
async function homeWithImage(): Promise<TestHome> {
  const home = testHome('machines', 'own');
  makeDisk(home.path('../disk.raw'));
  const { code, stdout } = await home.vm(
    'image',
    'import',
    home.path('../disk.raw'),
    '--user',
    'me',
    '--cloud-init',
  );
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^The image disk is ready \(.*\)\. Use it: vm make/),
  ]);
  return home;
}

/** A machine whose disk lies over that of an image, as little of it as a kill may leave. */
function useImage(home: TestHome, image: string, machine = 'user'): void {
  mkdirSync(home.path(machine));
  const backing = `../.images/${image}/disk.raw`;
  qemuImg(
    'create',
    '-q',
    '-f',
    'qcow2',
    '-u',
    '-b',
    backing,
    '-F',
    'raw',
    home.path(machine, 'drive.qcow2'),
    '8M',
  );
}

describe('an imported image', () => {
  test('is listed and shown with all that is known of it', async () => {
    await using home = await homeWithImage();
    useImage(home, 'disk');
    const listed = await home.vm('image', 'list');
    expect(listed.stdout).toMatch(
      /^IMAGE +STATE +KIND +SIZE +AGE +USED BY +SOURCE\ndisk +ready +disk +[\d.]+M +\S+ +user +\//,
    );
    const { stdout } = await home.vm('image', 'show', 'disk');
    for (const fact of [
      'disk: ready',
      '20G unless asked, 8M at least',
      'cloud-init',
      'user          me',
      'disk.raw',
    ])
      expect(stdout).toContain(fact);
    const shown = JSON.parse((await home.vm('image', 'show', 'disk', '--json')).stdout);
    const sha256 = createHash('sha256')
      .update(readFileSync(home.path('../disk.raw')))
      .digest('hex');
    expect(shown).toMatchObject({
      name: 'disk',
      kind: 'disk',
      format: 'raw',
      usedBy: ['user'],
      files: [{ role: 'disk', file: 'disk.raw', sha256 }, { role: 'overlay' }],
    });
  });

  test('is verified, and what has changed is named', async () => {
    await using home = await homeWithImage();
    expect(await home.vm('image', 'verify')).toMatchObject({ code: 0, stdout: 'disk: intact\n' });
    patch(home.path('.images/disk/disk.raw'), 5000, 'changed');
    const { code, stdout } = await home.vm('image', 'verify', 'disk');
    expect([code, stdout]).toEqual([1, 'disk: broken: the content of disk.raw is not what it was\n']);
    const results = JSON.parse((await home.vm('image', 'verify', '--json')).stdout);
    expect(results).toEqual([{ name: 'disk', state: 'different', different: ['disk.raw'] }]);
    writeFileSync(home.path('.images/disk/image.json'), '{');
    expect(await home.vm('image', 'verify')).toMatchObject({
      code: 1,
      stdout: 'disk: broken: its image.json cannot be read\n',
    });
    expect((await home.vm('image', 'verify', 'other')).code).toBe(3);
  });

  test('is not removed while something uses it, be that broken', async () => {
    await using home = await homeWithImage();
    useImage(home, 'disk');
    const refused = await home.vm('image', 'rm', 'disk');
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('in use by user')]);
    const pruned = await home.vm('image', 'prune', '--unused');
    expect(pruned.stdout).toBe('There is nothing to remove.\n');
    expect(readdirSync(home.path('.images'))).toEqual(['disk']);
  });

  test('is removed by name, or with all that nobody uses', async () => {
    await using home = await homeWithImage();
    await home.vm('image', 'import', home.path('../disk.raw'), '--name', 'second');
    useImage(home, 'second');
    mkdirSync(home.path('.images/.killed.new'));
    const dry = JSON.parse((await home.vm('image', 'prune', '--unused', '--dry-run', '--json')).stdout);
    expect(dry).toMatchObject({ dryRun: true, items: [{ kind: 'build' }, { kind: 'image' }] });
    expect(readdirSync(home.path('.images')).sort()).toEqual(['.killed.new', 'disk', 'second']);
    expect((await home.vm('image', 'prune', '--unused')).stdout).toMatch(
      /image +[\d.]+M +\/.*\/disk\n.* freed\.\n$/,
    );
    expect(readdirSync(home.path('.images'))).toEqual(['second']);
    useImage(home, 'third', 'other');
    expect((await home.vm('image', 'rm', 'second')).code).toBe(4);
  });
});

test('names of images and of the catalogue are completed', async () => {
  await using home = await homeWithImage();
  expect((await home.vm('complete', 'image', 'show', 'd')).stdout).toBe('disk\n');
  expect((await home.vm('complete', 'image', 'pull', 'debian-12')).stdout).toBe(
    'debian-12\ndebian-12-cloud\n',
  );
});

describe('what is refused', () => {
  test('says what it looks like, and what to do', async () => {
    await using home = testHome('machines', 'own');
    writeFileSync(home.path('../page.qcow2'), '<!DOCTYPE html>');
    const { code, stderr } = await home.vm('image', 'import', home.path('../page.qcow2'));
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/page\.qcow2 is no image: it looks like an HTML page\.\n +\S/),
    ]);
    const json = await home.vm('image', 'import', home.path('../page.qcow2'), '--json');
    expect(JSON.parse(json.stderr).error).toMatchObject({
      code: 'not-an-image',
      details: { looksLike: 'an HTML page' },
    });
  });

  test.each([
    [['image', 'import', 'x', '--name', '../x'], 2, 'must be the name of an image'],
    [['image', 'import', 'x', '--format', 'docx'], 2, 'format'],
    [['image', 'import', 'nosuch.img'], 3, 'nosuch.img does not exist'],
    [['image', 'pull', 'debain-12'], 3, 'Did you mean: debian-12'],
    [['image', 'pull', 'http://127.0.0.1:1/x'], 1, 'nobody answers at 127.0.0.1:1'],
    [['image', 'pull', 'debian-12', '--sha256', 'abc'], 2, 'must be 64 hexadecimal digits'],
    [['image', 'pull', 'file:///tmp/x'], 1, 'vm image import /tmp/x'],
    [['image', 'show', 'nosuch'], 3, 'There is no image nosuch'],
    [['image', 'pull'], 2, 'from is missing'],
  ])('%j', async (words, code, says) => {
    await using home = testHome('machines', 'own');
    const ended = await home.vm(...words);
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(says)]);
  });
});

/** A publisher of the disk that lies beside the home, and the catalogue of a user that knows it. */
async function publish(home: TestHome): Promise<Web> {
  makeDisk(home.path('../disk.raw'));
  const disk = readFileSync(home.path('../disk.raw'));
  const sums = `${createHash('sha512').update(disk).digest('hex')}  thing-1.2.img\n`;
  const server = await web((request, response) => {
    if (request.url === '/SHA512SUMS') response.end(sums);
    else serve(request, response, disk);
  });
  mkdirSync(home.path('../config/vivarium'), { recursive: true });
  writeFileSync(
    home.path('../config/vivarium/catalogue.yaml'),
    `thing: {about: A thing, directory: '${server.url('/').href}', file: 'thing-*.img', checksums: SHA512SUMS, user: me, seed: cloud-init}\n`,
  );
  return server;
}

describe('the catalogue', () => {
  test('lists what is shipped and what the user has added', async () => {
    await using home = testHome('machines', 'own');
    await using _server = await publish(home);
    const { stdout } = await home.vm('image', 'catalogue');
    expect(stdout).toMatch(/^debian-12 +disk +debian /m);
    expect(stdout).toMatch(/^thing +disk +me +A thing$/m);
    const names = JSON.parse((await home.vm('image', 'catalogue', '--json')).stdout).map(
      (it: { name: string }) => it.name,
    );
    expect(names).toContain('thing');
  });

  test('one of it is pulled, compared and ready', async () => {
    await using home = testHome('machines', 'own');
    await using server = await publish(home);
    const { code, stdout, stderr } = await home.vm('image', 'pull', 'thing');
    expect([code, stdout]).toEqual([0, expect.stringContaining('The image thing is ready')]);
    expect(stderr).toMatch(/ {2}Downloading thing … [\d.]+m?s\n/);
    const again = JSON.parse((await home.vm('image', 'pull', 'thing', '--json')).stdout);
    expect(again).toMatchObject({
      name: 'thing',
      kind: 'disk',
      source: expect.stringContaining('/thing-1.2.img'),
    });
    expect(server.requests.filter(({ path }) => path.startsWith('/thing'))).toHaveLength(1);
  });

  test('on a terminal a bar is drawn in its place', async () => {
    await using home = testHome('machines', 'own');
    const length = 2 ** 20;
    const seen = Promise.withResolvers<void>();
    await using server = await web(async (_, response) => {
      response.writeHead(200, { 'content-length': length });
      response.write(Buffer.alloc(length / 2, 1));
      let sent = length / 2;
      const drip = () => {
        response.write(Buffer.alloc(1, 1));
        sent++;
      };
      const timer = setInterval(drip, 30); // as long as it is watched
      await seen.promise;
      clearInterval(timer);
      response.end(Buffer.alloc(length - sent, 1));
    });
    const terminal = spawnInTerminal(home, 'image', 'pull', server.url().href);
    await terminal.shows('\r\x1b[K  Downloading disk [############............] 50% of 1M, ');
    seen.resolve();
    await terminal.shows('looks like nothing that is known');
    expect(await terminal.ended).toBe(1);
  });
});
