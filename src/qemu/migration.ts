import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { awaiting, type Scope } from '../base/scope.ts';
import { SparsePages } from '../host/sparse-pages.ts';
import { connectUnix, listenUnix } from '../host/unix-socket.ts';
import { mainMemory } from './devices/memory.ts';
import { keepingHoles } from './kept-holes.ts';
import { MigrationStreamFault, takeOutRam } from './migration-stream.ts';
import { type Qmp, QmpRefusal } from './qmp.ts';

/** A socket for the state's way: QEMU's path of it, relative to where it works, and the host's. */
export interface Passage {
  seen: string;
  path: string;
}

/** QEMU could not save its state, or take one up; the message is its own. */
export class MigrationFailed extends Error {}

/** Milliseconds that a guest may stand still for the last of what it changes meanwhile. */
const downtime = 50;

/** Milliseconds after which a guest that changes its memory faster than it is read is stopped to get to an end. */
const patience = 4000;

/**
 * Saves the state of a QEMU but for its main memory and disks. Its guest stands still from the beginning or, where it
 * may be read `live`, from when all but the last of it is there; `standing` is called then, and when this returns it
 * still stands.
 * @param live under emulation what a guest writes meanwhile was seen to be missed, by a few bytes in twenty times
 * @param into the file of the state, and the one for main memory where QEMU gives it out with its state: a fork's,
 * which lies on its `base`, and with QEMU 8.1 or newer any. Else that is for `standing` to copy (`memoryComes` is false).
 * @returns since when it stands, as performance.now() has it
 * @throws MigrationFailed, QmpRefusal, QmpClosed; the guest may stand still then
 */
export async function saveState(
  scope: Scope,
  qmp: Qmp,
  passage: Passage,
  {
    live,
    ...into
  }: { live: boolean; state: string; memory: string; bytes: number; base: string | undefined },
  standing: (memoryComes: boolean) => Promise<void>,
): Promise<{ since: number }> {
  const events = migrationEvents(qmp);
  await qmp.execute('migrate-set-capabilities', {
    capabilities: capabilities('x-ignore-shared', 'pause-before-switchover', 'events'),
  });
  await qmp.execute('migrate-set-parameters', { 'max-bandwidth': 2 ** 40, 'downtime-limit': downtime });
  rmSync(passage.path, { force: true }); // a killed command's
  const server = await listenUnix(passage.path);
  if (!live) await qmp.execute('stop');
  let unwritten: unknown;
  try {
    const connection = once(server, 'connection') as Promise<[Socket]>;
    await qmp.execute('migrate', { uri: `unix:${passage.seen}` });
    const [socket] = await connection;
    const written = receive(scope, socket, into);
    written.catch((error: unknown) => {
      unwritten = error;
      socket.destroy();
    });
    const slow = setTimeout(() => qmp.execute('stop').catch(() => {}), patience);
    try {
      await events.reached('pre-switchover', scope);
    } finally {
      clearTimeout(slow);
    }
    const { ram } = await qmp.execute<{ ram: { total: number } }>('query-migrate');
    await standing(ram.total >= into.bytes);
    await qmp.execute('migrate-continue', { state: 'pre-switchover' });
    await Promise.all([events.reached('completed', scope), written]);
    return { since: events.stopped() };
  } catch (error) {
    await qmp.execute('migrate_cancel').catch(() => {});
    // QEMU's words are of a socket that was closed; where it failed itself, the stream is only cut off.
    throw unwritten === undefined || unwritten instanceof MigrationStreamFault ? error : unwritten;
  } finally {
    server.close();
    rmSync(passage.path, { force: true });
  }
}

/** Has QEMU give its saving up: until it has, its guest cannot go on. @throws `timeout`, QmpRefusal, QmpClosed */
export async function cancelSaving(scope: Scope, qmp: Qmp): Promise<void> {
  await qmp.execute('migrate_cancel');
  const over = async () => {
    const { status } = await qmp.execute<{ status?: string }>('query-migrate');
    if (status !== 'cancelling') return true;
    // One that was about to wait for its `migrate-continue` may have missed that it need not (migration_maybe_pause in
    // QEMU's migration/migration.c); what wakes nobody is forgotten.
    await qmp.execute('migrate-continue', { state: status }).catch((error: unknown) => {
      if (!(error instanceof QmpRefusal)) throw error; // it is over by now
    });
    return undefined;
  };
  await scope.until(over, awaiting('QEMU to give its saving up'), { every: 5 });
}

/**
 * Has a QEMU that was started with `-incoming defer` take up a state. Its guest stands still then.
 * @throws MigrationFailed, QmpRefusal; QmpClosed where QEMU ended over it: its log says why
 */
export async function loadState(scope: Scope, qmp: Qmp, passage: Passage, file: string): Promise<void> {
  const events = migrationEvents(qmp);
  await qmp.execute('migrate-set-capabilities', { capabilities: capabilities('x-ignore-shared', 'events') });
  rmSync(passage.path, { force: true });
  await qmp.execute('migrate-incoming', { uri: `unix:${passage.seen}` });
  const completed = events.reached('completed', scope);
  completed.catch(() => {}); // awaited below
  const socket = await connectUnix(passage.path);
  rmSync(passage.path, { force: true });
  socket.end(readFileSync(file)); // what QEMU does not want of it, it says itself
  await completed;
}

const capabilities = (...names: string[]) => names.map((capability) => ({ capability, state: true }));

async function receive(
  scope: Scope,
  socket: Socket,
  { state, memory, bytes, base }: { state: string; memory: string; bytes: number; base: string | undefined },
): Promise<void> {
  await using file = await open(state, 'wx', 0o600);
  using ram = new SparsePages(memory, bytes);
  const sink = base === undefined ? ram : keepingHoles(scope, base, ram);
  await takeOutRam(socket, mainMemory, sink, async (chunk) => {
    await file.write(chunk);
  });
}

/** What QEMU tells of a migration, so that nobody has to ask again and again. */
function migrationEvents(qmp: Qmp) {
  let last = '';
  let look = () => {};
  let stopped = performance.now();
  qmp.onEvent = ({ event, data }) => {
    if (event === 'STOP') stopped = performance.now();
    if (event !== 'MIGRATION') return;
    last = String(data?.status);
    look();
  };
  const reached = async (status: string, scope: Scope): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    look = () => {
      if (last === status) resolve();
      if (last === 'failed' || last === 'cancelled') reject(new MigrationFailed(last));
    };
    look();
    const giveUp = () => reject(new MigrationFailed('given up'));
    scope.signal.addEventListener('abort', giveUp);
    qmp.closed.then(() => reject(new MigrationFailed('QEMU was gone')));
    try {
      await promise;
    } catch (error) {
      const { 'error-desc': said } = await qmp
        .execute<{ 'error-desc'?: string }>('query-migrate')
        .catch(() => ({ 'error-desc': undefined }));
      throw said === undefined ? error : new MigrationFailed(said);
    } finally {
      scope.signal.removeEventListener('abort', giveUp);
    }
  };
  return { reached, stopped: () => stopped };
}
