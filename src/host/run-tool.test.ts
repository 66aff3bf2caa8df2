import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { Scope } from '../base/scope.ts';
import { identityOf, isAlive } from './process-identity.ts';
import { runTool, type ToolOptions } from './run-tool.ts';

const room = testRoom();
const sh = (script: string, options: Partial<ToolOptions> = {}, scope = new Scope()) =>
  runTool(scope, 'sh', ['-c', script], { doing: 'Trying', ...options });

test('gives what the tool wrote', async () => {
  const result = await sh('printf "a\\0b"; echo oops >&2');
  expect(result).toEqual({ code: 0, stdout: Buffer.from('a\0b'), stderr: 'oops\n' });
});

test('hands on input, directory and environment', async () => {
  const { stdout } = await sh('cat; pwd; echo "$FOO"', {
    input: 'in\n',
    cwd: room(),
    env: { FOO: 'bar', PATH: process.env.PATH },
  });
  expect(stdout.toString()).toBe(`in\n${room()}\nbar\n`);
});

test('a tool need not read its input to the end', async () => {
  const { stdout } = await sh('echo done', { input: 'x'.repeat(2 ** 20) });
  expect(stdout.toString()).toBe('done\n');
});

describe('as a stream', () => {
  async function* pieces(count: number): AsyncGenerator<Buffer> {
    for (let piece = 0; piece < count; piece++) yield Buffer.alloc(2 ** 16, 7);
  }

  test('a tool is fed and gives what it wrote piece by piece', async () => {
    let bytes = 0;
    const output = async (stdout: AsyncIterable<Buffer>) => {
      for await (const chunk of stdout) bytes += chunk.length;
    };
    const { stdout } = await sh('cat', { input: pieces(100), output });
    expect([bytes, stdout.length]).toEqual([100 * 2 ** 16, 0]);
  });

  test('a tool need not read all of it', async () => {
    expect((await sh('echo done', { input: pieces(1000) })).stdout.toString()).toBe('done\n');
  });

  test('where the reader fails, the tool is ended, and that is the error', async () => {
    const output = async (stdout: AsyncIterable<Buffer>) => {
      for await (const _ of stdout) throw new Error('full');
    };
    await expect(sh('yes', { output })).rejects.toThrow('full');
  });

  test('where the source fails, that is the error', async () => {
    async function* failing(): AsyncGenerator<Buffer> {
      yield Buffer.from('x');
      throw new Error('unreadable');
    }
    await expect(sh('cat', { input: failing() })).rejects.toThrow('unreadable');
  });
});

test('without input it reads nothing, rather than to wait', async () => {
  expect((await sh('cat')).stdout).toHaveLength(0);
});

test('more output than a pipe holds comes whole', async () => {
  const { stdout, stderr } = await sh('head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2');
  expect([stdout.length, stderr.length]).toEqual([3_000_000, 3_000_000]);
});

describe('a tool fails', () => {
  test('with its last lines, made harmless', async () => {
    const failing = sh('for i in 1 2 3 4 5 6 7 8 9; do printf "\\033[31mline $i\\r\\n\\n"; done >&2; exit 3');
    await expect(failing).rejects.toMatchObject({
      code: 'command-failed',
      details: {
        command: 'sh',
        doing: 'Trying',
        exit: 'exit code 3',
        said: [2, 3, 4, 5, 6, 7, 8, 9].map((n) => `line ${n}`),
      },
    });
  });

  test('by a signal', async () => {
    await expect(sh('kill -SEGV $$')).rejects.toMatchObject({ details: { exit: 'signal SIGSEGV' } });
  });

  test('for want of room, where it is told what it writes', async () => {
    const script = 'echo "cp: error writing: No space left on device" >&2; exit 1';
    const doing = 'Copying A.img';
    await expect(sh(script, { doing, writes: '/x/A.img' })).rejects.toMatchObject({
      code: 'disk-full',
      details: { path: '/x/A.img', doing: 'copying A.img' },
    });
    await expect(sh(script)).rejects.toMatchObject({ code: 'command-failed' });
  });

  test('unless its exit code is allowed', async () => {
    expect(await sh('exit 3', { allow: [0, 3] })).toMatchObject({ code: 3 });
    await expect(sh('exit 0', { allow: [3] })).rejects.toMatchObject({ code: 'command-failed' });
  });

  test('when it is not there', async () => {
    await expect(runTool(new Scope(), 'no-such-tool', [], { doing: 'Trying' })).rejects.toMatchObject({
      code: 'tool-missing',
      message: 'no-such-tool is not installed; it is needed for this: Trying.',
    });
  });

  test('when it may not be run', async () => {
    writeFileSync(room('tool'), '#!/bin/sh\n', { mode: 0o644 });
    await expect(runTool(new Scope(), room('tool'), [], { doing: 'Trying' })).rejects.toMatchObject({
      code: 'EACCES',
    });
  });
});

describe('is killed with all that it started', () => {
  const endless = () =>
    `echo $$ >${room('sh')}; sleep 1000 & echo $! >${room('sleep')}.new; mv ${room('sleep')}.new ${room('sleep')}; wait`;
  const started = () =>
    new Scope({ timeout: 5000 }).until(
      () => existsSync(room('sleep')) || undefined,
      () => ({ awaited: 'the tool', lines: [], hint: '' }),
      { every: 1 },
    );
  /** A killed process takes a moment to be gone. */
  const gone = (name: string) => {
    const it = identityOf(Number(readFileSync(room(name), 'utf8')));
    return new Scope({ timeout: 5000 }).until(
      () => !it || !isAlive(it) || undefined,
      () => ({ awaited: `${name} to be gone`, lines: [], hint: '' }),
      { every: 1 },
    );
  };

  test('when the caller aborts', async () => {
    const abort = new AbortController();
    const running = sh(endless(), {}, new Scope({ signal: abort.signal }));
    const rejected = expect(running).rejects.toMatchObject({ code: 'interrupted' });
    await started();
    abort.abort();
    await rejected;
    await Promise.all([gone('sh'), gone('sleep')]);
  });

  test('when its time is over', async () => {
    const time = new AbortController();
    const clock = vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(time.signal);
    const running = sh(`echo trying >&2; ${endless()}`, {}, new Scope({ timeout: 1000 }));
    clock.mockRestore();
    const rejected = expect(running).rejects.toMatchObject({
      code: 'timeout',
      details: { awaited: 'sh (Trying)', ms: 1000, lines: ['trying'] },
    });
    await started();
    time.abort();
    await rejected;
    await Promise.all([gone('sh'), gone('sleep')]);
  });
});

test('lines of its standard error are told as they come, each once and whole', async () => {
  const lines: string[] = [];
  const { stderr } = await sh("printf 'one\\ntw' >&2; printf 'o\\n\\303' >&2; printf '\\244\\nrest' >&2", {
    onLine: (line) => lines.push(line),
  });
  expect(lines).toEqual(['one', 'two', 'ä', 'rest']);
  expect(stderr).toBe('one\ntwo\nä\nrest');
});

test('many tools at once are no leak', async () => {
  const warnings: Error[] = [];
  const warn = (warning: Error) => void warnings.push(warning);
  process.on('warning', warn);
  const scope = new Scope();
  await Promise.all(Array.from({ length: 20 }, () => sh('exit 0', {}, scope)));
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warn);
  expect(warnings).toEqual([]);
});

test('an aborted scope starts nothing', async () => {
  const scope = new Scope({ signal: AbortSignal.abort() });
  await expect(sh(`touch ${room('file')}`, {}, scope)).rejects.toMatchObject({ code: 'interrupted' });
  expect(existsSync(room('file'))).toBe(false);
});
