import { readFileSync, rmSync } from 'node:fs';
import { isVivariumError } from '../base/errors.ts';
import { Scope } from '../base/scope.ts';
import { bootId } from '../host/process-identity.ts';
import type { Home } from '../machine/home.ts';
import { serviceFile } from '../machine/service-files.ts';
import type { Engine } from '../protocol/engine.ts';
import { recordWriter } from './records.ts';

/** Milliseconds that a machine may take until its QEMU answers, while others start as well. */
const patience = 120_000;

/** Tells something in one line. */
type Say = (line: string) => void;

/** What vmd has done by itself since the host was booted. */
interface Round {
  boot: string;
  /** Machines that it has begun to start, or found running, but for those that could not be started. */
  done: string[];
  /** Those that it was about to start: there are some where it was killed meanwhile. */
  left: string[];
}

/**
 * Starts the machines that are to start by themselves, one after the other: each once in a boot of the host, so that
 * one that somebody has stopped stays so. A vmd that was killed comes back to what it was about to start, and no more.
 */
export async function autostart(
  engine: Engine,
  home: Home,
  { cameBack, signal, say }: { cameBack: boolean; signal: AbortSignal; say: Say },
): Promise<void> {
  const { done, left } = readRound(home);
  const write = recordWriter(home, say);
  const wanted = (await engine.machine.list({})).filter(({ autostart }) => autostart);
  const due = wanted.filter(({ name }) => (cameBack ? left.includes(name) : !done.includes(name)));
  const round = { boot: bootId(), done, left: due.map(({ name }) => name) };
  write('started', round);
  for (const { name, state } of due) {
    if (signal.aborted) return;
    round.left.shift();
    round.done.push(name);
    write('started', round); // first: whoever stops it the moment it runs is not overruled either
    const down = ['stopped', 'suspended', 'failed'].includes(state);
    if (!down || (await startOne(engine, name, signal, say))) continue;
    round.done.pop();
    write('started', round);
  }
}

async function startOne(engine: Engine, name: string, signal: AbortSignal, say: Say): Promise<boolean> {
  try {
    const { pid } = await engine.machine.start({ name }, new Scope({ timeout: patience, signal }));
    say(`${name} runs (pid ${pid})`);
    return true;
  } catch (error) {
    say(problemOf(name, error));
    return false;
  }
}

/** Powers off all machines that run, each by its ladder, side by side. The next vmd begins anew. */
export async function stopAll(engine: Engine, home: Home, say: Say): Promise<void> {
  rmSync(serviceFile(home, 'started'), { force: true });
  const running = await engine.machine.list({ running: true });
  await Promise.all(
    running.map(async ({ name }) => {
      try {
        await engine.machine.stop({ name });
        say(`${name} has stopped`);
      } catch (error) {
        say(problemOf(name, error));
      }
    }),
  );
}

const problemOf = (name: string, error: unknown): string =>
  isVivariumError(error) ? `${error.message} ${error.hint}` : `${name}: ${String(error)}`;

function readRound(home: Home): Round {
  try {
    const round = JSON.parse(readFileSync(serviceFile(home, 'started'), 'utf8')) as Round;
    if (round.boot === bootId()) return round;
  } catch {
    // None: then nothing was started.
  }
  return { boot: bootId(), done: [], left: [] };
}
