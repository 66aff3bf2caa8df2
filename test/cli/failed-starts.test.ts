import { execFileSync } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { type TestHome, testHome } from '../support/home.ts';
import { listening } from '../support/ports.ts';

/** What makes QEMU end at once, and what the command must say: QEMU's words, the key to blame, what to do. */
const cases: { why: string; changes: string[]; says: (string | RegExp)[] }[] = [
  {
    why: 'a bad argument',
    changes: ['arguments=["-device", "bogus"]'],
    says: ["'bogus' is not a valid device", 'machine.yaml: arguments'],
  },
  {
    why: 'an unknown machine type',
    changes: ['machine=z80'],
    says: ['unsupported machine type', 'machine.yaml: machine'],
  },
  {
    why: 'an unknown CPU',
    changes: ['cpu=z80'],
    says: ["unable to find CPU model 'z80'", 'machine.yaml: cpu', '-cpu help'],
  },
  {
    why: 'a missing ISO',
    changes: ['cdrom=/none/such.iso'],
    says: ['/none/such.iso', 'machine.yaml: cdrom'],
  },
  { why: 'a missing disk', changes: ['disks=[{file: gone.qcow2}]'], says: ['gone.qcow2', 'disks.0'] },
  { why: 'too much memory', changes: ['memory=900000G'], says: ['machine.yaml: memory'] },
  { why: 'a kernel that is none', changes: ['kernel=/etc/hostname'], says: ['machine.yaml: kernel'] },
];

async function failing(home: TestHome, changes: string[]) {
  expect((await home.vm('set', 'm', ...changes)).code).toBe(0);
  return await home.vm('start', 'm');
}

test.each(cases)('$why is said in the words of QEMU, with the key to blame', async ({ changes, says }) => {
  await using home = testHome();
  await home.vm('make', 'm', '--disk', 'none', '--memory', '64M', '--network', 'none');
  const { code, stderr } = await failing(home, changes);
  expect(code).not.toBe(0);
  for (const part of says) expect(stderr).toMatch(part);
  expect(stderr).not.toMatch(/Waited/);
  expect((await home.engine.machine.status({ name: 'm' })).state).not.toBe('running');
  expect((await home.engine.machine.show({ name: 'm' })).supervisor).toBeUndefined();
});

test('a port that is taken is named, with the key that asks for it', async () => {
  await using home = testHome();
  const server = await listening();
  const { port } = server.address() as AddressInfo;
  try {
    await home.vm('make', 'm', '--disk', 'none', '--memory', '64M', '--forward', `${port}:22`);
    const { code, stderr } = await home.vm('start', 'm');
    expect(code).toBe(1);
    expect(stderr).toContain(
      `Port ${port} is taken on this host: choose another in machine.yaml: networks.0`,
    );
  } finally {
    server.close();
  }
});

test('a disk that another QEMU has open is named', async () => {
  await using home = testHome();
  await home.vm('make', 'first', '--disk', '16M', '--memory', '64M', '--network', 'none');
  await home.vm('start', 'first');
  await home.vm('make', 'm', '--disk', 'none', '--memory', '64M', '--network', 'none');
  const { stderr } = await failing(home, ['disks=[{file: ../first/drive.qcow2}]']);
  expect(stderr).toMatch(/Failed to get "write" lock[\s\S]*Another QEMU has this disk open/);
});

test('a disk of another format than it says is not guessed at', async () => {
  await using home = testHome();
  await home.vm('make', 'm', '--disk', 'none', '--memory', '64M', '--network', 'none');
  execFileSync('truncate', ['-s', '1M', home.path('m', 'raw.img')]);
  const { stderr } = await failing(home, ['disks=[{file: raw.img, format: qcow2}]']);
  expect(stderr).toMatch(/not in qcow2 format[\s\S]*disks\.0/);
});

test('a template is named as the source of what it says', async () => {
  await using home = testHome();
  await home.vm(
    'make',
    'm',
    '--disk',
    'none',
    '--memory',
    '64M',
    '--template',
    'vga-qxl',
    '--network',
    'none',
  );
  execFileSync('sh', ['-c', `echo '-device bogus' > ${home.path('m', 'templates', 'mine')}`]);
  const { stderr } = await home.vm('start', 'm');
  expect(stderr).toContain('because of templates/mine');
  execFileSync('sh', ['-c', `printf '%s\\n' '-m 1G' '-name $(id)' > ${home.path('m', 'templates', 'mine')}`]);
  const refused = await home.vm('start', 'm');
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('m/templates/mine, line 2')]);
});
