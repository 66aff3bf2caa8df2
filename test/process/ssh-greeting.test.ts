import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Greeting, sshGreeting } from '../../src/machine/ssh-greeting.ts';
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
])('a server that %s', async (_, talk) => expect(await sshGreeting(await serve(talk), 5000)).toBe('greets'));

test.each<[string, Greeting, (socket: Socket) => void]>([
  ['hangs up, as QEMU does where nobody in the guest listens', 'nobody', (socket) => void socket.destroy()],
  ['says nothing, as where the guest has no network yet', 'silent', () => {}],
  ['says something else', 'nobody', (socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['says something else without end', 'nobody', (socket) => void socket.write('x'.repeat(100_000))],
])('one that %s: %s', async (_, greeting, talk) =>
  expect(await sshGreeting(await serve(talk), greeting === 'silent' ? 300 : 5000)).toBe(greeting),
);

test('nobody where nobody listens', async () =>
  expect(await sshGreeting({ host: '127.0.0.1', port: await freePort() }, 1000)).toBe('nobody'));
