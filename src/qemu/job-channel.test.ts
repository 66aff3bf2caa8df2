import { once } from 'node:events';
import { createServer } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { attendJob } from './job-channel.ts';

const at = testRoom();

test('a job whose time was up before its guest was called is not waited for', async () => {
  const sockets = { in: at('in'), out: at('out'), err: at('err'), status: at('status') };
  const guest = Object.values(sockets).map((path) => createServer(() => {}).listen(path));
  await Promise.all(guest.map((it) => once(it, 'listening')));
  const streams = { input: new PassThrough(), output: new PassThrough(), error: new PassThrough() };
  expect(await attendJob(sockets, { ...streams, signal: AbortSignal.abort() })).toBeUndefined();
  for (const it of guest) it.close();
});
