import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { feelPulse } from './pulse.ts';

afterEach(() => void vi.useRealTimers());

test('who answers stays, and who does not is gone', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [lively, dead] = [new WebSocket(url), new WebSocket(url, { autoPong: false })];
  const closed = once(dead, 'close');
  await Promise.all([lively, dead].map((socket) => once(socket, 'open')));
  const pulse = feelPulse(server.clients, 100);
  for (let pings = 0; pings < 3; pings++) {
    const answered = Promise.race([...server.clients].map((client) => once(client, 'pong')));
    vi.advanceTimersByTime(100);
    await answered;
  }
  expect((await closed)[0]).toBe(1006);
  expect(lively.readyState).toBe(WebSocket.OPEN);
  clearInterval(pulse);
  lively.terminate();
  server.close();
});
