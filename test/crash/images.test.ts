import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { imageCrashPoints } from '../../src/host/crash-point.ts';
import { makeDisk, patch } from '../support/disks.ts';
import { eventually } from '../support/eventually.ts';
import { builtVm, type TestHome, testHome } from '../support/home.ts';
import { processesIn } from '../support/processes.ts';
import { serve, type Web, web } from '../support/web.ts';

function start(
  home: TestHome,
  args: string[],
  env: NodeJS.ProcessEnv = {},
): { child: ChildProcess; said: () => string } {
  const child = spawn(process.execPath, [builtVm, ...args], {
    cwd: home.path('..'),
    env: { ...home.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  return { child, said: () => said };
}

const images = (home: TestHome) =>
  existsSync(home.path('.images')) ? readdirSync(home.path('.images')) : [];
const downloads = (home: TestHome) => {
  const directory = home.path('../cache/vivarium/downloads');
  return existsSync(directory) ? readdirSync(directory) : [];
};

/** A server that has the disk, and whose first answer stops in the middle, without an end. */
async function halting(home: TestHome): Promise<Web> {
  makeDisk(home.path('../disk.raw'));
  const disk = readFileSync(home.path('../disk.raw'));
  return web((request, response, count) => {
    if (count > 1) return serve(request, response, disk);
    response.writeHead(200, { etag: '"one"', 'content-length': disk.length });
    response.write(disk.subarray(0, 3_000_000));
  });
}

async function partHas(home: TestHome, bytes: number): Promise<void> {
  await eventually(
    () =>
      downloads(home).some((entry) => {
        const part = home.path('../cache/vivarium/downloads', entry, 'part');
        return existsSync(part) && readFileSync(part).length === bytes;
      }),
    'the part to be written',
  );
}

async function sound(home: TestHome, name: string): Promise<void> {
  expect(await home.vm('image', 'verify', name)).toMatchObject({ code: 0 });
  expect(images(home)).toEqual([name]);
  expect(downloads(home)).toEqual([]);
}

describe.each(['SIGKILL', 'SIGINT'] as const)('%s', (signal) => {
  test('in the middle of a download: the next pull goes on from there', async () => {
    await using home = testHome('machines', 'own');
    await using server = await halting(home);
    const { child, said } = start(home, ['image', 'pull', server.url().href]);
    await partHas(home, 3_000_000);
    child.kill(signal);
    const [code] = await once(child, 'close');
    if (signal === 'SIGINT')
      expect([code, said()]).toEqual([130, expect.stringContaining('2.9M of disk are kept')]);
    expect((await home.vm('image', 'list', '--json')).stdout.trim()).toBe('[]');
    expect(await home.vm('image', 'pull', server.url().href)).toMatchObject({ code: 0 });
    expect(server.requests[1]?.range).toBe('bytes=3000000-');
    await sound(home, 'disk');
  });

  test('in the middle of an import: nothing half is there, and the next one works', async () => {
    await using home = testHome('machines', 'own');
    makeDisk(home.path('../disk.raw'));
    truncateSync(home.path('../disk.raw'), 2 ** 35); // long enough to be met at it
    const { child, said } = start(home, ['image', 'import', 'disk.raw']);
    await eventually(() => said().includes('Copying'), 'the import to copy');
    child.kill(signal);
    const [code] = await once(child, 'close');
    if (signal === 'SIGINT') expect([code, images(home)]).toEqual([130, []]);
    expect((await home.vm('image', 'list', '--json')).stdout.trim()).toBe('[]');
    truncateSync(home.path('../disk.raw'), 2 ** 23);
    expect(await home.vm('image', 'import', home.path('../disk.raw'))).toMatchObject({ code: 0 });
    await sound(home, 'disk');
  });

  test('while a tool unpacks: it ends, too', async () => {
    await using home = testHome('machines', 'own');
    // A long disk of zeroes: the same xz stream again and again.
    const stream = execFileSync('xz', ['-0c'], { input: Buffer.alloc(2 ** 26) });
    writeFileSync(home.path('../disk.xz'), Buffer.concat(Array.from({ length: 1024 }, () => stream)));
    const { child, said } = start(home, ['image', 'import', 'disk.xz']);
    await eventually(() => said().includes('Unpacking'), 'the import to unpack');
    child.kill(signal);
    await once(child, 'close');
    await eventually(() => processesIn(home.path('..')).length === 0, 'all tools to be gone');
    expect((await home.vm('image', 'prune')).code).toBe(0);
    expect(images(home)).toEqual([]);
  });
});

describe('vm image pull killed', () => {
  test.each(imageCrashPoints)(
    'after %s: an image is there whole or not at all, and the next pull makes it so',
    async (point) => {
      await using home = testHome('machines', 'own');
      makeDisk(home.path('../disk.raw'));
      let tag = 1;
      await using server = await web((request, response) =>
        serve(request, response, readFileSync(home.path('../disk.raw')), { etag: `"${tag}"` }),
      );
      const args = ['image', 'pull', server.url().href];
      expect((await home.vm(...args)).code).toBe(0);
      patch(home.path('../disk.raw'), 2 ** 20, 'a newer content');
      tag = 2;
      const { child } = start(home, args, { VIVARIUM_CRASH_AT: point });
      const [, signal] = await once(child, 'close');
      expect(signal, `it has to pass ${point}`).toBe('SIGKILL');
      const listed = JSON.parse((await home.vm('image', 'list', '--json')).stdout);
      for (const { state } of listed) expect(state).toBe('ready');
      if (listed.length > 0) expect((await home.vm('image', 'verify')).code).toBe(0);
      expect((await home.vm(...args)).code).toBe(0);
      expect(readFileSync(home.path('.images/disk/disk.raw')).includes('a newer content')).toBe(true);
      expect((await home.vm('image', 'prune')).code).toBe(0); // an image that the killed one was replacing
      await sound(home, 'disk');
    },
  );
});
