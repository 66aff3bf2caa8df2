import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { has } from '../support/has.ts';
import { makeIso } from '../support/iso.ts';
import { testRoot } from '../support/place.ts';

const source = resolve(import.meta.dirname, '../../src');

let room: string;
beforeEach(() => {
  room = mkdtempSync(join(testRoot, 'full-'));
  mkdirSync(join(room, 'small'));
});
afterEach(() => rmSync(room, { recursive: true }));

/** Runs a script in a mount namespace, with a file system of 64 KiB as its working directory. */
function onSmallDisk(script: string): { status: number | null; said: unknown; stderr: string } {
  const mount = 'mount -t tmpfs -o size=64k none small && cd small && exec "$0" --input-type=module -e "$1"';
  const args = ['--user', '--map-root-user', '--mount', 'sh', '-c', mount, process.execPath, script];
  const { status, stdout, stderr } = spawnSync('unshare', args, { cwd: room, encoding: 'utf8' });
  return { status, said: status === 0 ? JSON.parse(stdout) : stdout, stderr };
}

const allowed = spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'true']).status === 0;

describe.skipIf(!allowed)('on a disk that is full', () => {
  test('writing a file fails as that, keeps the old one and leaves nothing', () => {
    const { said, stderr } = onSmallDisk(`
      import { readdirSync, readFileSync } from 'node:fs';
      import { writeFileAtomic } from ${JSON.stringify(join(source, 'host/atomic-file.ts'))};
      writeFileAtomic('file', 'old');
      let code, path;
      try {
        writeFileAtomic('file', 'x'.repeat(100_000));
      } catch (error) {
        ({ code, details: { path } } = error);
      }
      console.log(JSON.stringify({ code, path, files: readdirSync('.'), content: readFileSync('file', 'utf8') }));`);
    expect(said, stderr).toEqual({ code: 'disk-full', path: 'file', files: ['file'], content: 'old' });
  });

  test('making a disk fails as that', () => {
    const { said, stderr } = onSmallDisk(`
      import { createDisk } from ${JSON.stringify(join(source, 'qemu/disk-image.ts'))};
      import { Scope } from ${JSON.stringify(join(source, 'base/scope.ts'))};
      const code = await createDisk(new Scope(), 'disk.qcow2', 2 ** 40).then(() => 'made', (error) => error.code);
      console.log(JSON.stringify({ code }));`);
    expect(said, stderr).toEqual({ code: 'disk-full' });
  });

  test.skipIf(!has('xorriso'))(
    'injecting into an ISO fails as that, and leaves the one that is there',
    () => {
      mkdirSync(join(room, 'tree'));
      writeFileSync(join(room, 'tree/file'), 'x'.repeat(100_000));
      makeIso(join(room, 'tree'), join(room, 'a.iso'), 'A');
      const { said, stderr } = onSmallDisk(`
      import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
      import { injectIntoIso } from ${JSON.stringify(join(source, 'boot/iso/inject.ts'))};
      import { Scope } from ${JSON.stringify(join(source, 'base/scope.ts'))};
      writeFileSync('b.iso', 'old');
      const inject = [{ from: '../tree/file', to: '/injected' }];
      const code = await injectIntoIso(new Scope(), { iso: '../a.iso', to: 'b.iso', inject, env: {} })
        .then(() => 'done', (error) => error.code);
      console.log(JSON.stringify({ code, files: readdirSync('.'), content: readFileSync('b.iso', 'utf8') }));`);
      expect(said, stderr).toEqual({ code: 'disk-full', files: ['b.iso'], content: 'old' });
    },
  );

  test.each([
    [
      'announced',
      "response.writeHead(200, { 'content-length': 100_000 }); response.end(Buffer.alloc(100_000, 1));",
    ],
    ['sent', 'response.writeHead(200); response.end(Buffer.alloc(100_000, 1));'],
  ])('a download of more than fits, %s, fails as that and leaves nothing', (_, answer) => {
    const { said, stderr } = onSmallDisk(`
      import { mkdirSync, readdirSync } from 'node:fs';
      import { createServer } from 'node:http';
      import { once } from 'node:events';
      import { download } from ${JSON.stringify(join(source, 'image/download.ts'))};
      import { usualPatience } from ${JSON.stringify(join(source, 'host/http.ts'))};
      import { Scope } from ${JSON.stringify(join(source, 'base/scope.ts'))};
      const server = createServer((request, response) => { ${answer} }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const url = new URL('http://127.0.0.1:' + server.address().port);
      const it = { url, directory: 'download', label: 'disk', patience: usualPatience };
      const code = await download(new Scope(), it).then(() => 'loaded', (error) => error.code);
      server.closeAllConnections();
      server.close();
      console.log(JSON.stringify({ code, files: readdirSync('download') }));`);
    expect(said, stderr).toEqual({ code: 'disk-full', files: [] });
  });

  test('an import of more than fits fails as that and leaves nothing', () => {
    writeFileSync(
      join(room, 'disk.raw'),
      Buffer.concat([Buffer.alloc(510), Buffer.from([0x55, 0xaa]), Buffer.alloc(200_000, 1)]),
    );
    const { said, stderr } = onSmallDisk(`
      import { readdirSync } from 'node:fs';
      import { importFile } from ${JSON.stringify(join(source, 'image/import.ts'))};
      import { Scope } from ${JSON.stringify(join(source, 'base/scope.ts'))};
      const it = { vmdir: '.', catalogue: {}, file: '../disk.raw', told: {}, usersOf: () => [] };
      const code = await importFile(new Scope(), it).then(() => 'made', (error) => error.code);
      console.log(JSON.stringify({ code, files: readdirSync('.images') }));`);
    expect(said, stderr).toEqual({ code: 'disk-full', files: [] });
  });

  test('a vmd that was killed comes back, and says what it could not write down', () => {
    const { said, stderr } = onSmallDisk(`
      import { readFileSync, writeFileSync } from 'node:fs';
      import { autostart } from ${JSON.stringify(join(source, 'daemon/autostart.ts'))};
      import { serve } from ${JSON.stringify(join(source, 'daemon/serve.ts'))};
      import { openHome } from ${JSON.stringify(join(source, 'machine/home.ts'))};
      const env = { ...process.env, VMDIR: process.cwd() };
      const before = await serve({ env });
      const record = readFileSync('.vmd/vmd.json');
      await before[Symbol.asyncDispose]();
      writeFileSync('.vmd/vmd.json', record);
      // As much as there is room for.
      try { writeFileSync('fill', 'x'.repeat(100_000)); } catch (error) { if (error.code !== 'ENOSPC') throw error; }
      const said = [];
      const say = (line) => said.push(line);
      const { engine, cameBack, ...service } = await serve({ env, say });
      await autostart(engine, openHome(env), { cameBack, signal: new AbortController().signal, say });
      const refused = await engine.token.create({ name: 'a', scope: 'read' }).catch(({ code }) => code);
      await service[Symbol.asyncDispose]();
      console.log(JSON.stringify({ cameBack, said, refused }));`);
    expect(said, stderr).toEqual({
      cameBack: true,
      said: ['vmd.json', 'started.json'].map((it) => expect.stringContaining(it)),
      refused: 'disk-full',
    });
  });

  test('where vmd may not write, tokens are refused as that and no audit fails', () => {
    const { said, stderr } = onSmallDisk(`
      import { execFileSync } from 'node:child_process';
      import { mkdirSync } from 'node:fs';
      import { AuditLog } from ${JSON.stringify(join(source, 'access/audit-log.ts'))};
      import { localEngine } from ${JSON.stringify(join(source, 'engine/local.ts'))};
      import { openHome } from ${JSON.stringify(join(source, 'machine/home.ts'))};
      mkdirSync('.vmd');
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'none', '.vmd']);
      const env = { ...process.env, VMDIR: process.cwd() };
      const refused = await localEngine(env).token.create({ name: 'a', scope: 'read' })
        .catch(({ code, details }) => ({ code, ...details }));
      new AuditLog(openHome(env)).tell({ who: 'a', from: 'here', operation: 'list', result: 'ok', took: 1 });
      console.log(JSON.stringify(refused));`);
    expect(said, stderr).toEqual({
      code: 'directory-unusable',
      path: join(room, 'small/.vmd'),
      problem: 'it is read only',
    });
  });
});
