import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localEngine } from '../../src/index.ts';
import { sharedHome, testRoot } from '../support/place.ts';
import { oddTree, settled } from '../support/tree.ts';

/** Tells of all below `data`, in the guest as on the host; it is busybox that tells, here and there. */
const check = `#!/bin/busybox sh
b=\${1:-/bin/busybox}
$b find data ! -type d -print0 | $b sort -z | $b xargs -0 $b stat -c '%a %h %s %F %n'
$b find data -type d -print0 | $b sort -z | $b xargs -0 $b stat -c '%a %F %n'
$b find data -type l -print0 | $b sort -z | $b xargs -0 -n1 $b readlink
$b find data -type f -print0 | $b sort -z | $b xargs -0 $b md5sum
`;

const init = `#!/bin/busybox sh
cd /
echo begin
/bin/busybox sh /check
echo owner $(/bin/busybox stat -c '%u:%g' /data/etc/run)
echo device $(/bin/busybox stat -c '%a %t:%T' /dev/kmsg)
echo end
/bin/busybox reboot -f
`;

let place: string;
const room = (...parts: string[]) => join(place, ...parts);
const busybox = execFileSync('sh', ['-c', 'command -v busybox']).toString().trim();

/** A tree whose archive takes several parts, one of them an entry that is larger than a part. */
beforeAll(async () => {
  place = mkdtempSync(join(testRoot, 'initramfs-'));
  mkdirSync(room('tree/bin'), { recursive: true });
  copyFileSync(busybox, room('tree/bin/busybox'));
  symlinkSync('busybox', room('tree/bin/sh'));
  writeFileSync(room('tree/check'), check);
  writeFileSync(room('tree/init'), init, { mode: 0o755 });
  await oddTree(room('tree/data'));
  writeFileSync(room('tree/data/large'), Buffer.alloc(12 * 2 ** 20, 'large '));
  mkdirSync(room('tree/data/many'));
  for (let file = 0; file < 300; file++) {
    writeFileSync(room(`tree/data/many/${file}`), Buffer.alloc(2 ** 16, `${file} `));
  }
  writeFileSync(room('devices'), 'nod dev/console 600 0 0 c 5 1\nnod dev/kmsg 640 0 0 c 1 11\n');
  await settled();
});

afterAll(() => rmSync(place, { recursive: true }));

/** Starts the tiny guest's kernel with an initramfs. @returns what the guest said between the two marks */
function boot(initrd: string): Promise<string> {
  const kernel = join(sharedHome, '.images/tiny/vmlinux');
  const machine = [
    '-accel',
    'tcg',
    '-m',
    '256M',
    '-display',
    'none',
    '-serial',
    'stdio',
    '-no-reboot',
    '-nodefaults',
  ];
  const append = 'console=ttyS0,115200 loglevel=1 panic=-1 cryptomgr.notests no_timer_check';
  const child = spawn(
    'qemu-system-x86_64',
    [...machine, '-kernel', kernel, '-initrd', initrd, '-append', append],
    { cwd: place, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', () => {
      const said = Buffer.concat(chunks).toString('latin1').replaceAll('\r', '');
      const [, between] = /^begin\n(.*)^end\n/ms.exec(said) ?? [];
      if (between === undefined) reject(new Error(`the guest did not come to its end; it said:\n${said}`));
      else resolve(between);
    });
  });
}

const toldHere = () =>
  execFileSync(busybox, ['sh', 'check', busybox], { cwd: room('tree'), maxBuffer: 2 ** 26 }).toString(
    'latin1',
  );

test.each(['zst', 'gz', 'lz4'])(
  'the kernel unpacks the tree as it is, in parts and packed again (.%s)',
  async (suffix) => {
    const { initramfs } = localEngine({ ...process.env, VMDIR: room('vms'), XDG_CACHE_HOME: room('cache') });
    const output = room(`initrd.${suffix}`);
    const pack = () =>
      initramfs.pack({ directory: room('tree'), output, owner: '7:8', devices: room('devices') });
    await pack();
    writeFileSync(room('tree/data/etc/nothing'), `changed for ${suffix}\n`);
    rmSync(room('tree/data/etc/away'));
    symlinkSync('/elsewhere', room('tree/data/etc/away'));
    execFileSync('chmod', ['2751', room('tree/data/many/7')]);
    writeFileSync(room(`tree/data/many/${suffix}`), 'new\n');
    const { packed } = await pack();
    expect(packed).toBe(4);
    expect(await boot(output)).toBe(`${toldHere()}owner 7:8\ndevice 640 1:b\n`);
    await settled();
  },
);
