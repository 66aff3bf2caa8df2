import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Qmp, QmpClosed, type QmpEvent, QmpRefusal } from '../../src/qemu/qmp.ts';
import { testRoot } from '../support/place.ts';

interface Command {
  execute: string;
  arguments?: unknown;
  id: number;
}

const greeting =
  '{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": ""}, "capabilities": []}}\r\n';

let room: string;
let path: string;
let server: Server | undefined;
const sockets: Socket[] = [];
beforeEach(() => {
  room = mkdtempSync(join(testRoot, 'qmp-'));
  path = join(room, 'engine');
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.close();
  rmSync(room, { recursive: true });
});

/** A server that greets, and answers each command as the script says: with a text, with nothing or by leaving. */
async function serve(
  answer: (command: Command, socket: Socket) => string | undefined,
  greet: (socket: Socket) => void = (socket) => void socket.write(greeting),
): Promise<void> {
  server = createServer((socket) => {
    sockets.push(socket);
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (data) => {
      text += data;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        const command = JSON.parse(text.slice(0, end)) as Command;
        text = text.slice(end + 1);
        const said = command.execute === 'qmp_capabilities' ? ok(command) : answer(command, socket);
        if (said !== undefined) socket.write(said);
      }
    });
    greet(socket);
  }).listen(path);
  await once(server, 'listening');
}

const ok = ({ id }: Command, value: unknown = {}) => `${JSON.stringify({ return: value, id })}\r\n`;

async function connected(patience = 5000): Promise<Qmp> {
  const qmp = await Qmp.connect(path, patience);
  if (!qmp) throw new Error('nobody listens');
  return qmp;
}

describe('connecting', () => {
  test('waits for the greeting, and tells the version of QEMU', async () => {
    await serve(
      () => undefined,
      (socket) => void setTimeout(() => socket.write(greeting), 30),
    );
    using qmp = await connected();
    expect(qmp.version).toBe('7.2.22');
  });

  test('where nobody listens, or nobody does yet, gives nothing', async () => {
    expect(await Qmp.connect(path, 1000)).toBeUndefined();
    expect(await Qmp.connect(join(room, 'none', 'engine'), 1000)).toBeUndefined();
  });

  test('takes a greeting that comes in pieces, with an event before the answer', async () => {
    await serve(
      () => undefined,
      (socket) => {
        socket.write(greeting.slice(0, 30));
        setTimeout(() => socket.write(`${greeting.slice(30)}{"event": "RESUME", "timestamp": {}}\r\n`), 20);
      },
    );
    using qmp = await connected();
    expect(qmp.version).toBe('7.2.22');
  });

  test.each<[string, (socket: Socket) => void]>([
    ['says nothing, as where another client is served', () => {}],
    ['leaves at once', (socket) => void socket.end()],
    ['leaves in the midst of the greeting', (socket) => void socket.end(greeting.slice(0, 20))],
    ['speaks HTTP', (socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['sends bytes', (socket) => void socket.write(Buffer.from([0, 255, 254, 10]))],
    ['sends null', (socket) => void socket.write('null\n')],
    ['sends a list', (socket) => void socket.write('[{"QMP": {}}]\n')],
    ['sends a number', (socket) => void socket.write('7\n')],
  ])('to what %s fails', async (_, greet) => {
    await serve(() => undefined, greet);
    await expect(Qmp.connect(path, 200)).rejects.toThrow(QmpClosed);
  });

  test('to what greets and then does not answer fails as well', async () => {
    server = createServer(
      (socket) =>
        void sockets.push(
          socket.on('error', () => {}),
          socket,
        ),
    ).listen(path);
    server.on('connection', (socket) => socket.write(greeting));
    await once(server, 'listening');
    await expect(Qmp.connect(path, 100)).rejects.toThrow('QEMU did not greet');
  });

  test('bears a greeting that tells no version', async () => {
    await serve(
      () => undefined,
      (socket) => void socket.write('{"QMP": {}}\n'),
    );
    using qmp = await connected();
    expect(qmp.version).not.toContain('undefined');
  });
});

describe('a command', () => {
  test('is sent with its arguments and gives what is returned', async () => {
    await serve((command) => ok(command, { got: command }));
    using qmp = await connected();
    expect(await qmp.execute('send-key', { keys: [{ type: 'qcode', data: 'a' }] })).toEqual({
      got: {
        execute: 'send-key',
        arguments: { keys: [{ type: 'qcode', data: 'a' }] },
        id: expect.any(Number),
      },
    });
    expect(await qmp.execute('stop')).toEqual({ got: { execute: 'stop', id: expect.any(Number) } });
  });

  test('is told from others by its answer, whatever the order', async () => {
    const held: Command[] = [];
    await serve((command) => {
      held.push(command);
      return held.length < 3
        ? undefined
        : held
            .toReversed()
            .map((it) => ok(it, it.execute))
            .join('');
    });
    using qmp = await connected();
    expect(await Promise.all(['one', 'two', 'three'].map((it) => qmp.execute(it)))).toEqual([
      'one',
      'two',
      'three',
    ]);
  });

  test('that is refused fails with the words of QEMU, and the next one is served', async () => {
    await serve((command) =>
      command.execute === 'bogus'
        ? `${JSON.stringify({ id: command.id, error: { class: 'CommandNotFound', desc: 'The command bogus has not been found' } })}\n`
        : ok(command, 1),
    );
    using qmp = await connected();
    const refused = qmp.execute('bogus');
    await expect(refused).rejects.toThrow(QmpRefusal);
    await expect(refused).rejects.toMatchObject({
      errorClass: 'CommandNotFound',
      message: 'The command bogus has not been found',
    });
    expect(await qmp.execute('stop')).toBe(1);
  });

  test('may be answered with text beyond ASCII, in as many pieces as it likes', async () => {
    await serve((command, socket) => {
      for (const byte of Buffer.from(ok(command, 'käse 🧀'))) socket.write(Uint8Array.of(byte));
      return undefined;
    });
    using qmp = await connected();
    expect(await qmp.execute('query-name')).toBe('käse 🧀');
  });

  test.each<[string, (command: Command, socket: Socket) => undefined]>([
    ['QEMU leaves instead of an answer', (_, socket) => void socket.end()],
    ['QEMU leaves half way through one', (command, socket) => void socket.end(ok(command).slice(0, 9))],
    ['QEMU is killed', (_, socket) => void socket.destroy()],
    ['the answer is garbage', (_, socket) => void socket.write('{"return": {]\n')],
    ['the answer is null', (_, socket) => void socket.write('null\n')],
  ])('fails where %s, and so do those after it', async (_, answer) => {
    await serve(answer);
    using qmp = await connected();
    await expect(Promise.allSettled([qmp.execute('one'), qmp.execute('two')])).resolves.toEqual([
      { status: 'rejected', reason: expect.any(QmpClosed) },
      { status: 'rejected', reason: expect.any(QmpClosed) },
    ]);
    await expect(qmp.execute('three')).rejects.toThrow(QmpClosed);
  });

  test('that is not answered ends when the connection is given up, which QEMU sees', async () => {
    await serve(() => undefined);
    const qmp = await connected();
    const waiting = qmp.execute('stop');
    const rejected = expect(waiting).rejects.toThrow('given up');
    const left = once(sockets[0] as Socket, 'close');
    qmp[Symbol.dispose]();
    qmp[Symbol.dispose]();
    await Promise.all([rejected, left]);
  });

  test('an answer that nobody waits for is let pass', async () => {
    await serve((command) => `{"return": 1, "id": 99}\n{"return": 2}\n{}\n\n${ok(command, 3)}`);
    using qmp = await connected();
    expect(await qmp.execute('stop')).toBe(3);
  });
});

test('events are told as they come, before and between answers', async () => {
  await serve(
    (command) =>
      `{"event": "STOP", "timestamp": {"seconds": 1}}\n${ok(command)}{"event": "SHUTDOWN", "data": {"guest": true}}\n`,
  );
  using qmp = await connected();
  const events: QmpEvent[] = [];
  const both = new Promise<void>((resolve) => {
    qmp.onEvent = (event) => {
      events.push(event);
      if (events.length === 2) resolve();
    };
  });
  await qmp.execute('stop');
  await both;
  expect(events).toEqual([{ event: 'STOP' }, { event: 'SHUTDOWN', data: { guest: true } }]);
});
