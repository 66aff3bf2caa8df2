import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { readInitramfs } from '../../src/boot/initramfs/read.ts';
import { isVivariumError, localEngine, Scope } from '../../src/index.ts';
import type { ParametersOf } from '../../src/protocol/operation.ts';
import type { Operations } from '../../src/protocol/operations.ts';
import { has } from '../support/has.ts';
import { testRoot } from '../support/place.ts';
import { oddNames, oddTree, settled } from '../support/tree.ts';

let place: string;
const room = (...parts: string[]) => join(place, ...parts);
const engine = () => localEngine({ ...process.env, VMDIR: room('vms'), XDG_CACHE_HOME: room('cache') });

type Options = Partial<ParametersOf<Operations['initramfs.pack']>>;
const pack = (options: Options = {}) =>
  engine().initramfs.pack({ directory: room('tree'), output: room('out.cpio'), ...options });

beforeEach(() => {
  place = mkdtempSync(join(testRoot, 'initramfs-'));
  mkdirSync(room('tree'));
});
afterEach(() => rmSync(place, { recursive: true }));

const write = (path: string, content: string | Buffer = `${path}\n`) => {
  mkdirSync(join(room('tree', path), '..'), { recursive: true });
  writeFileSync(room('tree', path), content);
};

/** All that a program can tell of a tree: names, modes, links, kinds, sizes, contents. */
function told(directory: string): string {
  const script = `
    find . -mindepth 1 -print0 | sort -z | xargs -0r stat --format '%a %h %F %n'
    find . -type l -print0 | sort -z | xargs -0r -n1 readlink
    find . -type f -print0 | sort -z | xargs -0r sha256sum`;
  return execFileSync('sh', ['-ec', script], {
    cwd: directory,
    env: { ...process.env, LC_ALL: 'C' },
  }).toString();
}

/** What GNU cpio makes of the archives of a file, one after the other. */
function unpackedByCpio(file: string, archives = 1): string {
  const to = mkdtempSync(room('unpacked-'));
  const script = `exec <"$1"; ${'cpio --quiet -idm --no-absolute-filenames -u; '.repeat(archives)}`;
  execFileSync('sh', ['-ec', script, 'sh', file], { cwd: to, stdio: 'pipe' });
  return to;
}

const gnu = has('cpio');

describe('what is packed', () => {
  test.skipIf(!gnu)('is read back byte for byte by GNU cpio, whatever the names and kinds are', async () => {
    await oddTree(room('tree'));
    const { entries } = await pack();
    const back = unpackedByCpio(room('out.cpio'));
    expect(told(back)).toBe(told(room('tree')));
    expect(entries).toBe(oddNames.length + 11);
  });

  test('is the same whenever and in whatever order it was made', async () => {
    write('b');
    write('a/c');
    await pack();
    const first = readFileSync(room('out.cpio'));
    rmSync(room('tree'), { recursive: true });
    write('a/c');
    write('b');
    await pack();
    expect(readFileSync(room('out.cpio'))).toEqual(first);
  });

  test.skipIf(!gnu)('holds 200,000 files', async () => {
    const tree = mkdtempSync('/dev/shm/vivarium-test-'); // a disk that others work on takes a minute for so many
    onTestFinished(() => rmSync(tree, { recursive: true }));
    for (let directory = 0; directory < 200; directory++) {
      const at = join(tree, `d${directory}`);
      mkdirSync(at);
      writeFileSync(join(at, 'f0'), 'x');
      // Names cost less than files, and are as many entries.
      for (let file = 1; file < 1000; file++) linkSync(join(at, 'f0'), join(at, `f${file}`));
    }
    const { entries } = await pack({ directory: tree, output: room('out.zst') });
    expect(entries).toBe(200_200);
    const script = 'zstd -dc "$1" | cpio -it --quiet | wc -l';
    expect(Number(execFileSync('sh', ['-c', script, 'sh', room('out.zst')]))).toBe(200_200);
  });

  test('leaves out what it is told to, and the file that it is packed to', async () => {
    for (const path of ['main.c', 'main.o', 'sub/x.o', '.git/config', 'build/a', 'keep/build', 'log/a/b'])
      write(path);
    const output = room('tree/out.cpio');
    const exclude = ['*.o', '.git', 'build/', '/log/a'];
    await pack({ output, exclude });
    await pack({ output, exclude, full: true });
    expect(await paths(output)).toEqual(['keep', 'keep/build', 'log', 'main.c', 'sub']);
  });

  test('belongs to whom it is told to, and was changed when it is told', async () => {
    write('a');
    utimesSync(room('tree/a'), 1_600_000_000, 1_600_000_000);
    const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
    const of = async (options: Options, env = {}) => {
      const own = localEngine({ ...process.env, XDG_CACHE_HOME: room('cache'), ...env });
      await own.initramfs.pack({ directory: room('tree'), output: room('out.cpio'), ...options });
      const { segments } = await own.initramfs.list({ file: room('out.cpio') });
      const { uid, gid, mtime } = segments[0]?.entries[0] ?? {};
      return [uid, gid, mtime];
    };
    expect(await of({})).toEqual([0, 0, 0]);
    expect(await of({ owner: 'keep', times: 'keep' })).toEqual([uid, gid, 1_600_000_000]);
    expect(await of({ owner: '12:34', times: '99' })).toEqual([12, 34, 99]);
    expect(await of({}, { SOURCE_DATE_EPOCH: '77' })).toEqual([0, 0, 77]);
    expect(await of({ times: 'zero' }, { SOURCE_DATE_EPOCH: '77' })).toEqual([0, 0, 0]);
  });

  test.each(['zstd', 'gzip', 'lz4', 'xz'] as const)(
    'is unpacked by the tool itself where it is packed by %s',
    async (compress) => {
      if (!has(compress)) return;
      write('small');
      write('large', Buffer.alloc(20 * 2 ** 20, 'large')); // larger than the parts that are packed side by side
      for (let file = 0; file < 12; file++) write(`more/${file}`, Buffer.alloc(2 ** 20, `${file}`));
      await pack();
      await pack({ output: room('packed'), compress, level: 2 });
      const raw = execFileSync(compress, ['-d', '-c'], {
        input: readFileSync(room('packed')),
        maxBuffer: 2 ** 27,
      });
      expect(raw.equals(readFileSync(room('out.cpio')))).toBe(true);
      await pack({
        output: (bytes: Uint8Array) => Promise.resolve(appendFileSync(room('stream'), bytes)),
        compress,
        level: 2,
      });
      expect(readFileSync(room('stream')).equals(readFileSync(room('packed')))).toBe(true);
    },
  );
});

async function paths(file: string): Promise<string[]> {
  const all: string[] = [];
  for await (const { path } of readInitramfs(new Scope(), file)) all.push(path);
  return all;
}

describe('what cannot be packed is named, and what was there stays', () => {
  const refused = async (code: string, text: string | RegExp, options: Options = {}) => {
    writeFileSync(room('out.cpio'), 'as it was');
    const failed = pack(options).catch((error) => error);
    expect(await failed).toSatisfy((error) => isVivariumError(error) && error.code === code);
    expect((await failed).message).toMatch(text);
    expect(readFileSync(room('out.cpio'), 'utf8')).toBe('as it was');
    expect(readdirSync(place).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  };

  test('a file of 4 GiB or more', async () => {
    write('a/huge image', '');
    truncateSync(room('tree/a/huge image'), 5 * 2 ** 30);
    await refused(
      'entry-unfit',
      `${room('tree/a/huge image')} cannot be in an initramfs: it has 4 GiB or more`,
    );
  });

  test('a tree that is not there, or is a file', async () => {
    write('file');
    await refused('file-missing', /nowhere/, { directory: room('nowhere') });
    await refused('parameter-invalid', /must be a directory/, { directory: room('tree/file') });
  });

  test('a file that may not be read', async () => {
    write('secret');
    execFileSync('chmod', ['-R', 'a+rwX', room('')]);
    execFileSync('chmod', ['0', room('tree/secret')]);
    const isRoot = process.getuid?.() === 0; // who may read all
    if (isRoot) process.seteuid?.(65_534);
    try {
      await refused('file-missing', /tree\/secret/);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  test('a path that is too long for the system', async () => {
    let directory = room('tree');
    const from = process.cwd();
    for (let depth = 0; depth < 20; depth++) {
      process.chdir(directory);
      mkdirSync('d'.repeat(250));
      directory = 'd'.repeat(250);
    }
    process.chdir(from);
    await refused('file-missing', /ddd/);
  });

  test('a list of devices that hides a directory of the tree', async () => {
    write('dev/null');
    writeFileSync(room('list'), '# nothing\n\nslink /dev /tmp 777 0 0\n');
    await refused('devices-invalid', `${room('list')}, line 3: dev is a directory`, {
      devices: room('list'),
    });
  });

  test('where the file cannot be written', async () => {
    write('a');
    await refused('file-unwritable', /no such directory/, { output: room('nowhere/out') });
    await refused('file-unwritable', /it is a directory/, { output: room('tree') });
    await refused('parameter-invalid', /1 to 9 of gzip/, { compress: 'gzip', level: 12 });
  });
});

test.skipIf(!gnu)('devices, owners and more come from a list', async () => {
  write('etc/motd');
  write('dev/console', 'a placeholder');
  writeFileSync(
    room('list'),
    [
      'dir /dev 755 3 4',
      'nod /dev/console 600 0 0 c 5 1',
      'nod dev/disk 660 0 6 b 259 70000',
      'pipe /run/queue 600 1 2',
      'sock /run/bus 666 0 0',
      'slink /bin/sh /bin/busybox 777 0 0',
      `file /bin/tool \${PLACE}/list 4755 7 8 /bin/other`,
    ].join('\n'),
  );
  const own = localEngine({ ...process.env, XDG_CACHE_HOME: room('cache'), PLACE: place });
  await own.initramfs.pack({ directory: room('tree'), output: room('out.cpio'), devices: room('list') });
  const { segments } = await own.initramfs.list({ file: room('out.cpio') });
  const lines = segments[0]?.entries.map(({ path, kind, mode, uid, gid, major, minor, target }) =>
    [path, kind, mode.toString(8), uid, gid, target ?? major ?? '', minor ?? ''].join(' ').trim(),
  );
  expect(lines).toEqual([
    'dev directory 755 3 4',
    'etc directory 755 0 0',
    'etc/motd file 644 0 0',
    'dev/console character 600 0 0 5 1',
    'dev/disk block 660 0 6 259 70000',
    'run directory 755 0 0',
    'run/queue fifo 600 1 2',
    'run/bus socket 666 0 0',
    'bin directory 755 0 0',
    'bin/sh symlink 777 0 0 /bin/busybox',
    'bin/tool file 4755 7 8',
    'bin/other file 4755 7 8',
  ]);
  const list = execFileSync('cpio', ['-itv', '--quiet'], {
    input: readFileSync(room('out.cpio')),
  }).toString();
  expect(list).toMatch(/^crw------- .* 5, +1 .* dev\/console$/m);
});

describe('packed again to the same file', () => {
  const again = async (options: Options = {}) => {
    const { packed, entries, reason } = await pack(options);
    return reason ?? (packed === entries ? 'all' : packed);
  };

  beforeEach(async () => {
    for (let file = 0; file < 20; file++) write(`dir/${file}`);
    linkSync(room('tree/dir/1'), room('tree/dir/one'));
    symlinkSync('0', room('tree/dir/link'));
    await settled();
    expect(await again()).toBe('all');
  });

  /** GNU cpio writes over what is there as the kernel does. */
  const isRight = (archives: number) => {
    if (gnu) expect(told(unpackedByCpio(room('out.cpio'), archives))).toBe(told(room('tree')));
  };

  test('keeps what is there, and packs only what changed behind it', async () => {
    const base = readFileSync(room('out.cpio'));
    expect(await again()).toBe(0);
    expect(readFileSync(room('out.cpio')).equals(base)).toBe(true);
    write('dir/5', 'changed');
    expect(await again()).toBe(1);
    isRight(2);
    write('new/file');
    symlinkSync('7', room('tree/new/link'));
    execFileSync('chmod', ['700', room('tree/dir/6')]);
    await settled();
    expect(await again()).toBe(5);
    isRight(2);
    expect(readFileSync(room('out.cpio')).subarray(0, base.length).equals(base)).toBe(true);
  });

  test('takes what was added away again when it is gone', async () => {
    const base = readFileSync(room('out.cpio'));
    write('dir/.swap');
    expect(await again()).toBe(1);
    rmSync(room('tree/dir/.swap'));
    expect(await again()).toBe(0);
    expect(readFileSync(room('out.cpio')).equals(base)).toBe(true);
  });

  test('sees a change that keeps size and time', async () => {
    const { atimeMs, mtimeMs } = statSync(room('tree/dir/5'));
    write('dir/5', 'DIR/5\n');
    utimesSync(room('tree/dir/5'), atimeMs / 1000, mtimeMs / 1000);
    expect(await again()).toBe(1);
    isRight(2);
  });

  test.each<[string, () => void, RegExp]>([
    ['something is gone', () => rmSync(room('tree/dir/3')), /^dir\/3 is gone$/],
    [
      'something is renamed',
      () => renameSync(room('tree/dir/3'), room('tree/dir/three')),
      /^dir\/3 is gone$/,
    ],
    [
      'a link was a file',
      () => {
        rmSync(room('tree/dir/3'));
        symlinkSync('4', room('tree/dir/3'));
      },
      /another kind/,
    ],
    ['a file has several names', () => appendFileSync(room('tree/dir/one'), 'x'), /several names/],
    ['a file has one name more', () => linkSync(room('tree/dir/7'), room('tree/dir/seven')), /several names/],
    [
      'a file has one name of two',
      () => {
        rmSync(room('tree/dir/one'));
        write('dir/one');
      },
      /several names/,
    ],
    [
      'much changed',
      () => {
        for (let file = 2; file < 12; file++) write(`dir/${file}`, 'x');
      },
      /much changed/,
    ],
  ])('packs all where %s', async (_, change, reason) => {
    change();
    expect(await again()).toMatch(reason);
    isRight(1);
  });

  test('packs all where the file is another one, or the options are', async () => {
    appendFileSync(room('out.cpio'), 'x');
    expect(await again()).toBe('all');
    copyFileSync(room('out.cpio'), room('copy'));
    renameSync(room('copy'), room('out.cpio'));
    expect(await again()).toBe('all');
    expect(await again({ owner: '1:1' })).toBe('all');
    expect(await again({ owner: '1:1' })).toBe(0);
    expect(await again({ owner: '1:1', full: true })).toBe('all');
    isRight(1);
  });

  test('packs again what was written to while it was packed', async () => {
    write('dir/5', 'one');
    expect(await again({ full: true })).toBe('all');
    write('dir/5', 'two'); // of the same size, perhaps in the same tick of the clock
    expect(await again()).toBeGreaterThan(0);
    isRight(2);
  });
});

test('a file that grows or shrinks while it is packed is named', async () => {
  for (const [size, later] of [
    [10, 5],
    [10, 20],
  ] as const) {
    write('z', Buffer.alloc(size));
    for (let file = 0; file < 3; file++) write(`a${file}`, Buffer.alloc(9 * 2 ** 20));
    const output = () => {
      truncateSync(room('tree/z'), later);
      return Promise.resolve();
    };
    await expect(pack({ output, compress: 'none' })).rejects.toSatisfy((error) =>
      isVivariumError(error, 'file-changed'),
    );
  }
});

test('killed while it packs it leaves what was there, and the next time nothing else', async () => {
  for (let file = 0; file < 40; file++) write(`${file}`, Buffer.alloc(2 ** 20, `${file}`));
  writeFileSync(room('out.xz'), 'as it was');
  const script = `import { localEngine } from ${JSON.stringify(join(import.meta.dirname, '../../src/index.ts'))};
    const engine = localEngine({ ...process.env, XDG_CACHE_HOME: ${JSON.stringify(room('cache'))} });
    await engine.initramfs.pack({ directory: ${JSON.stringify(room('tree'))}, output: ${JSON.stringify(room('out.xz'))}, level: 9 });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: place,
    stdio: 'ignore',
  });
  const left = () => readdirSync(place).filter((name) => name.startsWith('.out.xz.'));
  while (left().length === 0) await new Promise((resolve) => setImmediate(resolve));
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(readFileSync(room('out.xz'), 'utf8')).toBe('as it was');
  expect(existsSync(room(left()[0] ?? ''))).toBe(true);
  await pack({ output: room('out.xz'), level: 0 });
  expect(left()).toEqual([]);
});

test('what is kept of a file that is gone is forgotten, and nothing else', async () => {
  write('a');
  const output = room('cache/vivarium/packed/own.cpio'); // where it may be as well
  mkdirSync(join(output, '..'), { recursive: true });
  await pack({ output });
  await pack();
  const kept = () => readdirSync(room('cache/vivarium/packed'));
  const before = kept();
  expect(before).toHaveLength(3);
  rmSync(room('out.cpio'));
  await pack({ output: room('other.cpio') });
  expect(kept()).toHaveLength(3);
  expect(kept()).not.toEqual(before);
  expect(await paths(output)).toEqual(['a']);
});
