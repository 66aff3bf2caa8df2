import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Pixels } from '../../src/qemu/png.ts';
import { parseXwd } from './xwd.ts';

/** An X server that draws into memory, with a keyboard and a mouse that a test moves. */
export interface XScreen extends AsyncDisposable {
  display: string;
  /** What it shows now. */
  picture(): Pixels;
  /** Has xdotool do what is said: `key`, `Return`. */
  act(...words: (string | number)[]): string;
}

/** Starts one whose files are in `directory`. Returns when it takes clients. */
export async function startXScreen(directory: string, width = 1024, height = 600): Promise<XScreen> {
  mkdirSync(directory, { recursive: true });
  const args = [
    '-displayfd',
    '3',
    '-screen',
    '0',
    `${width}x${height}x24`,
    '-fbdir',
    '.',
    '-nolisten',
    'tcp',
  ];
  const child = spawn('Xvfb', args, { cwd: directory, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const [number] = await once(child.stdio[3] as Readable, 'data');
  const display = `:${String(number).trim()}`;
  return {
    display,
    picture: () => parseXwd(readFileSync(join(directory, 'Xvfb_screen0'))),
    act: (...words) =>
      execFileSync('xdotool', words.map(String), {
        env: { ...process.env, DISPLAY: display },
        encoding: 'utf8',
      }),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
