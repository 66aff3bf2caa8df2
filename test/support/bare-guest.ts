import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, readdirSync, readlinkSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Scope } from '../../src/base/scope.ts';
import { SparsePages } from '../../src/host/sparse-pages.ts';
import { qemuBinary } from '../../src/qemu/binary.ts';
import { keepingHoles } from '../../src/qemu/kept-holes.ts';
import { type TakenRam, takeOutRam } from '../../src/qemu/migration-stream.ts';
import { Qmp } from '../../src/qemu/qmp.ts';
import { eventually } from './eventually.ts';
import { sharedHome } from './place.ts';

/** The tiny guest in a QEMU that nothing of ours supervises. */
export interface BareGuest extends AsyncDisposable {
  directory: string;
  pid: number;
  qmp: Qmp;
  /** The file that its RAM is mapped from, where it goes on from what was saved. */
  memory: string | undefined;
  /** Types a command at the console, and waits for what it prints to match. */
  says(command: string, what: RegExp): Promise<string>;
  /** Waits for QEMU to say that the migration is in this state. */
  migration(status: string): Promise<void>;
}

/** What a guest goes on from. */
export interface SavedGuest {
  /** The migration stream without RAM. */
  state: string;
  /** The RAM. */
  memory: string;
}

/** Milliseconds that QEMU may take to greet. */
const patience = 60_000;

/** Boots the tiny guest with RAM in a memfd, or goes on from what was saved, with the saved RAM mapped private. */
export async function startBare(directory: string, memory: string, saved?: SavedGuest): Promise<BareGuest> {
  mkdirSync(directory, { recursive: true });
  const backend = saved ? `file,mem-path=${saved.memory},share=off` : 'memfd';
  const image = join(sharedHome, '.images/tiny');
  const child = spawn(
    qemuBinary(),
    [
      ...[
        '-nodefaults',
        '-no-user-config',
        '-display',
        'none',
        '-vga',
        'std',
        '-accel',
        'tcg',
        '-cpu',
        'max',
      ],
      ...['-machine', 'q35,memory-backend=pc.ram', '-m', memory],
      ...['-object', `memory-backend-${backend},id=pc.ram,size=${memory}`],
      ...['-kernel', join(image, 'vmlinux'), '-initrd', join(image, 'initrd')],
      ...['-append', 'console=ttyS0,115200 cryptomgr.notests no_timer_check vivarium.name=bare'],
      ...['-qmp', 'unix:qmp,server=on,wait=off', '-serial', 'unix:console,server=on,wait=off'],
      ...(saved ? ['-incoming', 'defer'] : []),
    ],
    { cwd: directory, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const ended = once(child, 'close');
  const qmp = await eventually(() => Qmp.connect(join(directory, 'qmp'), patience), 'QMP');
  let status = '';
  qmp.onEvent = ({ event, data }) => {
    if (event === 'MIGRATION') status = String(data?.status);
  };
  const guest: BareGuest = {
    directory,
    pid: child.pid as number,
    qmp,
    memory: saved?.memory,
    says: async (command, what) => await says(join(directory, 'console'), command, what),
    migration: async (wanted) => {
      await eventually(
        () => {
          if (status === 'failed') throw new Error('the migration failed');
          return status === wanted;
        },
        () => `the migration to be ${wanted}; it is ${status}`,
      );
    },
    [Symbol.asyncDispose]: async () => {
      qmp[Symbol.dispose]();
      child.kill('SIGKILL');
      await ended;
    },
  };
  await capabilities(qmp, 'events', 'x-ignore-shared');
  if (saved) await goOn(guest, saved.state);
  return guest;
}

/** Saves a guest in a directory; it stands still then, until it is told `cont`. `taken` tells what of the RAM came in the stream. */
export async function saveBare(
  guest: BareGuest,
  directory: string,
): Promise<SavedGuest & { taken: TakenRam }> {
  mkdirSync(directory, { recursive: true });
  const saved = { state: join(directory, 'state'), memory: join(directory, 'memory') };
  const summary = await guest.qmp.execute<{ 'base-memory': number }>('query-memory-size-summary');
  await capabilities(guest.qmp, 'pause-before-switchover');
  await guest.qmp.execute('migrate-set-parameters', { 'max-bandwidth': 2 ** 33 });
  const memfd = memfdOf(guest.pid);
  const socket = join(guest.directory, 'outgoing');
  const server = createServer().listen(socket);
  const connected = once(server, 'connection') as Promise<[Socket]>;
  await once(server, 'listening');
  await guest.qmp.execute('migrate', { uri: `unix:${socket}` });
  const [from] = await connected;
  const to = createWriteStream(saved.state);
  using memory = new SparsePages(saved.memory, summary['base-memory']);
  const sink = guest.memory ? keepingHoles(new Scope(), guest.memory, memory) : memory;
  const taking = takeOutRam(from, 'pc.ram', sink, async (chunk) => {
    if (!to.write(chunk)) await once(to, 'drain');
  });
  await guest.migration('pre-switchover');
  if (memfd) execFileSync('cp', ['--sparse=always', memfd, saved.memory]);
  await guest.qmp.execute('migrate-continue', { state: 'pre-switchover' });
  const taken = await taking;
  await guest.migration('completed');
  await new Promise((resolve) => to.end(resolve));
  server.close();
  return { ...saved, taken };
}

async function goOn({ qmp, directory, migration }: BareGuest, state: string): Promise<void> {
  const socket = join(directory, 'incoming');
  await qmp.execute('migrate-incoming', { uri: `unix:${socket}` });
  execFileSync(process.execPath, [
    '-e',
    `fs.createReadStream(${JSON.stringify(state)}).pipe(net.connect(${JSON.stringify(socket)}))`,
  ]);
  await migration('completed');
  await qmp.execute('cont');
}

async function capabilities(qmp: Qmp, ...names: string[]): Promise<void> {
  const list = names.map((capability) => ({ capability, state: true }));
  await qmp.execute('migrate-set-capabilities', { capabilities: list });
}

/** The file of a QEMU's memfd, undefined where it has none. */
function memfdOf(pid: number): string | undefined {
  const directory = `/proc/${pid}/fd`;
  const files = readdirSync(directory).map((name) => join(directory, name));
  return files.find((file) => readlinkSync(file).startsWith('/memfd:'));
}

async function says(path: string, command: string, what: RegExp): Promise<string> {
  const socket = connect(path);
  let text = '';
  socket.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  socket.write(`${command}\n`);
  try {
    return await eventually(
      () => what.exec(text)?.[0],
      () => `the guest to print ${what}; it printed:\n${text.slice(-1500)}`,
    );
  } finally {
    socket.destroy();
  }
}
