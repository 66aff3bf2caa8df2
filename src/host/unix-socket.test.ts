import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { connectUnix } from './unix-socket.ts';

const room = testRoom();
let path: string;
beforeEach(() => {
  path = room('d'.repeat(120), 'e'.repeat(120), 'engine');
  mkdirSync(dirname(path), { recursive: true });
});

/** How many descriptors of the socket's directory are open. */
const kept = () =>
  readdirSync('/proc/self/fd').filter((fd) => {
    const link = `/proc/self/fd/${fd}`;
    return existsSync(link) && readlinkSync(link) === dirname(path);
  }).length;

test('reaches a socket at a path that is too long for sun_path', async () => {
  expect(path.length).toBeGreaterThan(200);
  const directory = openSync(dirname(path), 'r');
  await using server = createServer((socket) => socket.end('hello'));
  server.listen(`/proc/self/fd/${directory}/engine`);
  await once(server, 'listening');
  const socket = await connectUnix(path);
  let said = '';
  for await (const data of socket) said += data;
  expect(said).toBe('hello');
  expect(kept()).toBe(1);
  closeSync(directory);
});

test.each([
  ['there is none', 'ENOENT', () => {}],
  [
    'there is no directory',
    'ENOENT',
    () => {
      path = room('none', 'engine');
    },
  ],
  [
    'nobody listens any more',
    'ECONNREFUSED',
    () => {
      const script = `require('net').createServer().listen('engine', () => process.kill(process.pid, 'SIGKILL'))`;
      spawnSync(process.execPath, ['-e', script], { cwd: dirname(path) });
      expect(readdirSync(dirname(path))).toEqual(['engine']);
    },
  ],
])('where %s it fails with %s and keeps nothing open', async (_, code, prepare) => {
  prepare();
  await expect(connectUnix(path)).rejects.toMatchObject({ code });
  expect(kept()).toBe(0);
});
