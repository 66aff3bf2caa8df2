import type { WebSocket } from 'ws';

/** Milliseconds between two pings; who has not answered one by the next is gone. */
const interval = 30_000;

/**
 * Ends WebSockets whose other end has gone without a word, as a phone does that loses its network: they would count as
 * open for ever. One that is made to wait is not read, and so cannot answer; that it is gone, writing to it tells.
 */
export function feelPulse(clients: ReadonlySet<WebSocket>, every = interval): NodeJS.Timeout {
  const asked = new WeakSet<WebSocket>();
  const ask = (socket: WebSocket) => {
    if (asked.has(socket) && !socket.isPaused) return socket.terminate();
    if (!asked.has(socket)) socket.once('pong', () => asked.delete(socket));
    asked.add(socket);
    socket.ping();
  };
  return setInterval(() => {
    for (const socket of clients) if (socket.readyState === socket.OPEN) ask(socket);
  }, every).unref();
}
