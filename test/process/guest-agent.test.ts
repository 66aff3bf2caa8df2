import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AgentLost, AgentRefusal, GuestAgent } from '../../src/qemu/guest-agent.ts';
import { endOfProgram, readGuestFile, writeGuestFile } from '../../src/qemu/guest-commands.ts';
import { eventually } from '../support/eventually.ts';
import { testRoot } from '../support/place.ts';

interface Command {
  execute: string;
  arguments?: Record<string, unknown>;
}

type Said = string | Buffer | undefined;

let room: string;
let path: string;
let server: Server | undefined;
const sockets: Socket[] = [];
beforeEach(() => {
  room = mkdtempSync(join(testRoot, 'agent-'));
  path = join(room, 'agent');
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.close();
  rmSync(room, { recursive: true });
});

/** An agent that syncs as a real one does, and answers each other command as the script says. */
async function serve(
  answer: (command: Command, socket: Socket) => Said,
  sync: (id: unknown, socket: Socket) => Said = synced,
): Promise<void> {
  server = createServer((socket) => {
    sockets.push(socket);
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (data) => {
      text += data.toString('latin1');
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        const command = JSON.parse(text.slice(0, end).replace(/^\xff/, '')) as Command;
        text = text.slice(end + 1);
        const said =
          command.execute === 'guest-sync-delimited'
            ? sync(command.arguments?.id, socket)
            : answer(command, socket);
        if (said !== undefined) socket.write(said);
      }
    });
  }).listen(path);
  await once(server, 'listening');
}

/** What a real agent says: an error for the byte by which it forgets, then the byte and the answer. */
const synced = (id: unknown) =>
  Buffer.from(`{"error": {"class": "GenericError", "desc": "stray"}}\n\xff{"return": ${id}}\n`, 'latin1');
const ok = (value: unknown = {}) => `${JSON.stringify({ return: value })}\n`;

async function connected(): Promise<GuestAgent> {
  const agent = await GuestAgent.connect(path);
  if (!agent) throw new Error('nobody listens');
  await agent.sync(10_000);
  return agent;
}

test('where nobody listens there is no agent', async () => {
  expect(await GuestAgent.connect(path)).toBeUndefined();
});

describe('getting into step', () => {
  test('passes over what is said before anything was asked', async () => {
    await serve(() => ok(1));
    server?.on('connection', (socket) => socket.write('\n{"return": 7}\n'));
    const agent = await GuestAgent.connect(path);
    await eventually(() => sockets[0]?.bytesWritten && sockets[0].writableLength === 0, 'it to be written');
    await setImmediate(); // and read
    await setImmediate();
    await agent?.sync(10_000);
    expect(await agent?.execute('guest-ping')).toBe(1);
  });

  test.each<[string, string]>([
    ['the end of an answer to somebody else', 'c3R1ZmY=", "eof": false}}\n'],
    ['whole answers to somebody else', '{"return": {}}\n{"return": 7}\n'],
    ['an old answer of the same kind', '\xff{"return": 12345}\n'],
    ['bytes of any kind', '\x00\x01\x1b[31m\xfe{{{[[[\n\n'],
  ])('passes over %s', async (_, before) => {
    await serve(
      () => ok(1),
      (id) => Buffer.concat([Buffer.from(before, 'latin1'), synced(id)]),
    );
    using agent = await connected();
    expect(await agent.execute('guest-ping')).toBe(1);
  });

  test('takes an answer that comes byte by byte', async () => {
    await serve(
      () => ok(2),
      (id, socket) => {
        for (const byte of synced(id)) socket.write(Uint8Array.of(byte));
        return undefined;
      },
    );
    using agent = await connected();
    expect(await agent.execute('guest-ping')).toBe(2);
  });

  test.each<[string, (id: unknown, socket: Socket) => Said]>([
    ['says nothing', () => undefined],
    ['answers with another number', (id) => Buffer.from(`\xff{"return": ${Number(id) + 1}}\n`, 'latin1')],
    ['answers with what is no JSON', () => Buffer.from('\xff{"return": \n', 'latin1')],
    ['never ends its answer', () => Buffer.concat([Buffer.of(0xff), Buffer.alloc(2 ** 20, '[')])],
    ['hangs up', (_, socket) => void socket.destroy()],
    [
      'never stops to talk about something else',
      (_, socket) => {
        const talk = () => void (socket.destroyed || socket.write(Buffer.alloc(65_536, 'x'), () => talk()));
        talk();
        return undefined;
      },
    ],
  ])('fails with an agent that %s', async (_, sync) => {
    await serve(() => ok(), sync);
    const agent = (await GuestAgent.connect(path)) as GuestAgent;
    await expect(agent.sync(300)).rejects.toThrow(AgentLost);
    await expect(agent.execute('guest-ping')).rejects.toThrow(AgentLost);
  });
});

describe('a command', () => {
  test('is answered, and several at once in their order', async () => {
    await serve(({ execute, arguments: given }) => ok([execute, given]));
    using agent = await connected();
    const both = [agent.execute('one', { a: 1 }), agent.execute('two')];
    expect(await Promise.all(both)).toEqual([
      ['one', { a: 1 }],
      ['two', null],
    ]);
  });

  test('that must come to its end does so where the agent is given up meanwhile, and is the last', async () => {
    await serve(() => ok(4));
    using agent = await connected();
    const answer = agent.whole(() => agent.execute('start'));
    agent.giveUp();
    expect(await answer).toBe(4);
    await expect(agent.execute('next')).rejects.toThrow(AgentLost);
  });

  test('that is refused fails in the words of the agent, and the next one is served', async () => {
    await serve(({ execute }) =>
      execute === 'bad' ? '{"error": {"class": "GenericError", "desc": "no such file"}}\n' : ok(3),
    );
    using agent = await connected();
    await expect(agent.execute('bad')).rejects.toThrow(new AgentRefusal('no such file'));
    expect(await agent.execute('good')).toBe(3);
  });

  test.each<[string, (command: Command, socket: Socket) => Said]>([
    ['is not answered', () => undefined],
    ['is answered without end', () => '['.repeat(2 ** 21)],
    ['is answered with garbage', () => '}\n'],
    ['is answered with something else', () => '{"event": "x"}\n'],
    ['is answered twice', () => ok() + ok()],
    ['is answered by leaving', (_, socket) => void socket.destroy()],
  ])('that %s ends the connection', async (_, answer) => {
    await serve(answer);
    using agent = await connected();
    await Promise.allSettled([agent.execute('guest-ping', {}, { patience: 300 })]);
    await expect(agent.execute('guest-ping')).rejects.toThrow(AgentLost);
  });

  test('is given up with the connection', async () => {
    await serve(() => undefined);
    const agent = await connected();
    const waiting = expect(agent.execute('guest-ping')).rejects.toThrow('given up');
    agent[Symbol.dispose]();
    await waiting;
  });
});

describe('what the agent returns is looked at', () => {
  test.each<[string, unknown]>([
    ['no object', 7],
    ['nothing', null],
    ['text for bytes', { 'buf-b64': 3, eof: true }],
  ])('%s is no piece of a file', async (_, value) => {
    await serve(() => ok(value));
    using agent = await connected();
    await expect(readGuestFile(agent, 1, 10)).rejects.toThrow(AgentLost);
  });

  test('a piece of a file is no larger than what was asked for', async () => {
    await serve(() => ok({ count: 10, 'buf-b64': Buffer.alloc(65_536).toString('base64'), eof: false }));
    using agent = await connected();
    await expect(readGuestFile(agent, 1, 10)).rejects.toThrow('too long');
  });

  test('an agent that writes nothing is not asked for ever', async () => {
    await serve(() => ok({ count: 0, eof: false }));
    using agent = await connected();
    await expect(writeGuestFile(agent, 1, Buffer.from('x'))).rejects.toThrow('writes nothing');
  });

  test('a write may take several commands', async () => {
    const got: Buffer[] = [];
    await serve(({ arguments: given }) => {
      const bytes = Buffer.from(String(given?.['buf-b64']), 'base64').subarray(0, 3);
      got.push(bytes);
      return ok({ count: bytes.length, eof: false });
    });
    using agent = await connected();
    await writeGuestFile(agent, 1, Buffer.from('a\0bcdefg'));
    expect(Buffer.concat(got).toString()).toBe('a\0bcdefg');
  });

  test('how a program has ended is told with what it wrote', async () => {
    const answers = [{ exited: false }, { exited: true, signal: 9, 'out-data': 'AAE=', 'err-data': '' }];
    await serve(() => ok(answers.shift()));
    using agent = await connected();
    expect(await endOfProgram(agent, 5)).toBeUndefined();
    expect(await endOfProgram(agent, 5)).toEqual({
      code: undefined,
      signal: 9,
      stdout: Buffer.of(0, 1),
      stderr: Buffer.alloc(0),
      truncated: false,
    });
  });

  test('and that the agent has not kept all of it', async () => {
    await serve(() => ok({ exited: true, exitcode: 0, 'err-data': 'AAE=', 'err-truncated': true }));
    using agent = await connected();
    expect(await endOfProgram(agent, 5)).toMatchObject({ code: 0, truncated: true });
  });
});
