import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeviceView } from '../../src/protocol/device-views.ts';
import { eventually } from '../support/eventually.ts';
import { builtVm, type TestHome, testHome } from '../support/home.ts';
import { canLoop, type LoopDevice, loopDevice } from '../support/loop-device.ts';
import { spawnInTerminal } from '../support/terminal.ts';

const mebibyte = 2 ** 20;

let home: TestHome;

beforeEach(() => {
  home = testHome();
});

afterEach(async () => await home[Symbol.asyncDispose]());

test('vm deploy alone lists the devices, and says of each that is not fit why', async () => {
  const { code, stdout } = await home.vm('deploy');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^(DEVICE +SIZE +BUS +MODEL +FIT|There is no device)/);
  const listed = JSON.parse((await home.vm('deploy', '--json')).stdout) as DeviceView[];
  for (const { path, unfit } of listed)
    expect(stdout).toMatch(new RegExp(`^${path} .*(${unfit ? 'no, it' : 'yes'})`, 'm'));
});

test('what cannot be written to, and a missing ISO, is told with what to type', async () => {
  writeFileSync(home.path('live.iso'), Buffer.alloc(mebibyte).fill('\x55\xaa', 510, 512, 'latin1'));
  const file = await home.vm('deploy', home.path('live.iso'), home.path('live.iso'));
  expect(file).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('live.iso is a file and no block device'),
  });
  const many = await home.vm('deploy', 'a.iso', 'sda', 'sdb');
  expect(many).toMatchObject({ code: 2, stderr: expect.stringContaining('sdb is one argument too many') });
  const missing = await home.vm('deploy', home.path('no.iso'), '/dev/null');
  expect(missing).toMatchObject({ code: 3, stderr: expect.stringContaining('no.iso does not exist') });
});

describe.skipIf(!canLoop)('a device', () => {
  let loop: LoopDevice;
  let image: string;

  beforeEach(() => {
    loop = loopDevice(home.path('..', 'device'), 512 * mebibyte);
    image = home.path('live.img');
  });

  afterEach(() => loop[Symbol.dispose]());

  const makeImage = (size: number): void => {
    const content = randomFillSync(Buffer.alloc(mebibyte)).fill('\x55\xaa', 510, 512, 'latin1');
    writeFileSync(image, Buffer.concat(Array.from({ length: size / mebibyte }, () => content)));
  };

  test('is shown with all that is on it, and written to when its name is typed', async () => {
    makeImage(2 * mebibyte);
    loop.part(1);
    const wrong = spawnInTerminal(home, 'deploy', image, loop.path, '--force');
    await wrong.shows(`${loop.name}p1  8M`);
    await wrong.shows(`Type ${loop.name} to overwrite it`);
    wrong.type('sdx\r');
    await wrong.shows(`"sdx" is not ${loop.name}`);
    expect(await wrong.ended).toBe(2);
    const left = spawnInTerminal(home, 'deploy', image, loop.path, '--force');
    await left.shows('to overwrite it');
    left.type('\x03');
    await left.shows('Nothing was written');
    expect(await left.ended).toBe(130);
    expect(loop.bytes(512, 8).toString()).toBe('EFI PART');
    const right = spawnInTerminal(home, 'deploy', image, loop.path, '--force');
    await right.shows('to overwrite it');
    right.type(`${loop.name}\r`);
    await right.shows('equal.');
    expect(await right.ended).toBe(0);
  });

  test('is written to by a script that names it twice, and by no other', async () => {
    makeImage(2 * mebibyte);
    const words = ['deploy', image, loop.path, '--force'];
    const unsaid = await home.vm(...words);
    expect(unsaid).toMatchObject({ code: 2, stderr: expect.stringContaining(`--yes ${loop.name} --force`) });
    const said = await home.vm(...words, '--yes', loop.name, '--json');
    expect(said.code).toBe(0);
    expect(JSON.parse(said.stdout)).toMatchObject({ name: loop.name, bytes: 2 * mebibyte });
    const another = await home.vm(...words, '--yes', loop.name, '--identity', '0123456789abcdef', '--json');
    expect(JSON.parse(another.stderr).error).toMatchObject({
      code: 'device-unfit',
      details: { reason: 'changed' },
    });
  });

  /** Starts to write an image, has it stand still in the middle, and sends it a signal there. */
  const endHalfWay = async (signal: NodeJS.Signals) => {
    makeImage(64 * mebibyte);
    const words = ['deploy', image, loop.path, '--force', '--yes', loop.name];
    const stopAt = join(import.meta.dirname, '../support/stop-at.ts');
    const child = spawn(process.execPath, ['--import', stopAt, builtVm, ...words], {
      env: { ...home.env, STOP_AT: 'Writing' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    const ended = once(child, 'close');
    const stat = `/proc/${child.pid}/stat`;
    await eventually(
      () => readFileSync(stat, 'utf8').includes(') T '),
      () => `the writing; it said: ${said}`,
    );
    child.kill(signal);
    child.kill('SIGCONT');
    const [code] = await ended;
    return { code, said };
  };

  test.each(['SIGINT', 'SIGKILL'] as const)(
    'left by %s in the middle looks empty, and is written again',
    async (signal) => {
      loop.part(1);
      const { code, said } = await endHalfWay(signal);
      if (signal === 'SIGINT') {
        expect(code).toBe(130);
        expect(said).toMatch(/Interrupted\. .* holds a part of live\.img \(.*\), which does not boot/);
      }
      expect(loop.bytes(0, mebibyte).every((byte) => byte === 0)).toBe(true);
      makeImage(2 * mebibyte);
      expect(await home.vm('deploy', image, loop.path, '--force', '--yes', loop.name)).toMatchObject({
        code: 0,
      });
    },
  );
});
