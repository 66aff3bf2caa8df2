import { expect, test } from 'vitest';
import { Scope } from '../base/scope.ts';
import { linesType } from '../protocol/wire.ts';
import { engineOver } from './engine.ts';
import { MessageQueue } from './message-queue.ts';
import type { Answer, Channel, Transport } from './transport.ts';

/** A service that says only what a test has it say. */
function scripted(said: { answer?: Answer; messages?: (string | Uint8Array)[] }) {
  const received = new MessageQueue<string | Uint8Array>();
  for (const message of said.messages ?? []) received.push(message);
  const channel: Channel = { received, send: () => {}, close: () => received.end() };
  const transport: Transport = {
    address: 'here',
    post: async () => said.answer as Answer,
    open: async () => channel,
    close: () => {},
  };
  return { engine: engineOver(transport), received };
}

const console = [
  '{"opened":{"kind":"terminal","idle":0,"canType":true}}',
  new Uint8Array(),
  new Uint8Array([1]),
];

test('a terminal that is closed ends, and nothing can be typed to it any more', async () => {
  const { engine } = scripted({ messages: console });
  const terminal = await engine.machine.console({ name: 'a' });
  const typed = terminal.write(new Uint8Array([2])).catch((error) => error.code);
  terminal.close();
  expect(await Array.fromAsync(terminal.output)).toEqual([new Uint8Array([1])]);
  expect(await typed).toBe('service-unreachable');
  await expect(terminal.write(new Uint8Array([2]))).rejects.toMatchObject({ code: 'service-unreachable' });
});

test('a terminal whose service is lost fails, and so does what is typed then', async () => {
  const { engine, received } = scripted({ messages: console });
  const terminal = await engine.machine.console({ name: 'a' });
  received.end();
  await expect(Array.fromAsync(terminal.output)).rejects.toMatchObject({ code: 'service-unreachable' });
  await expect(terminal.write(new Uint8Array([2]))).rejects.toMatchObject({ code: 'service-unreachable' });
});

test.each([
  ['breaks off', true],
  ['ends without a result', false],
])('an answer that %s is no result', async (_, breaks) => {
  const body = async function* () {
    yield new TextEncoder().encode('{"progress":{"kind":"step","text":"half"}}\n');
    if (breaks) throw new TypeError('network error');
  };
  const { engine } = scripted({ answer: { status: 200, type: linesType, body: body() } });
  const steps: string[] = [];
  const scope = new Scope({ report: ({ text }) => steps.push(text) });
  await expect(engine.machine.start({ name: 'a' }, scope)).rejects.toMatchObject({
    code: 'service-unreachable',
    details: { address: 'here' },
  });
  expect(steps).toEqual(['half']);
});
