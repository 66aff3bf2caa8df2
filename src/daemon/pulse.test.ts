import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { feelPulse } from './pulse.ts';

test('who answers stays, and who does not is gone', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [lively, dead] = [new WebSocket(url), new WebSocket(url, { autoPong: false })];
  const closed = once(dead, 'close');
  const pulse = feelPulse(server.clients, 100);
  expect((await closed)[0]).toBe(1006);
  for (let pings = 0; pings < 2; pings++) await once(lively, 'ping');
  expect(lively.readyState).toBe(WebSocket.OPEN);
  clearInterval(pulse);
  lively.terminate();
  server.close();
});
