import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { sshGreets } from '../../src/machine/ssh-greeting.ts';
import { freePort } from '../support/ports.ts';

let server: Server | undefined;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.close();
});

async function serve(talk: (socket: Socket) => void): Promise<{ host: string; port: number }> {
  server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}));
    talk(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

test.each<[string, (socket: Socket) => void]>([
  ['greets', (socket) => void socket.write('SSH-2.0-OpenSSH_9.2p1 Debian\r\n')],
  ['has a banner first', (socket) => void socket.write('Welcome\r\nSSH-2.0-x\r\n')],
  [
    'greets in pieces',
    (socket) => void socket.write('SS', () => setTimeout(() => socket.write('H-2.0-x\r\n'), 20)),
  ],
])('a server that %s', async (_, talk) => expect(await sshGreets(await serve(talk), 5000)).toBe(true));

test.each<[string, (socket: Socket) => void]>([
  ['hangs up, as QEMU does where nobody in the guest listens', (socket) => void socket.destroy()],
  ['says nothing, as where the guest has no network yet', () => {}],
  ['says something else', (socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['says something else without end', (socket) => void socket.write('x'.repeat(100_000))],
])('none that %s', async (_, talk) => expect(await sshGreets(await serve(talk), 300)).toBe(false));

test('none where nobody listens', async () =>
  expect(await sshGreets({ host: '127.0.0.1', port: await freePort() }, 1000)).toBe(false));
