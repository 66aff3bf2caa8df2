import { type ChildProcess, spawn } from 'node:child_process';
import { Duplex, Writable } from 'node:stream';
import { VivariumError } from '../base/errors.ts';

/** The last of what ssh has said, which is quoted where it fails: bytes, and lines. */
const kept = 4000;
const quoted = 12;

/** What a shell answers where it has no such command. */
const noSuchCommand = 127;

/** What ssh is called with, before the command: the user's configuration decides all else. */
export function sshTo({ hostname, username, port }: URL, options: readonly string[] = []): string[] {
  return [
    'ssh',
    ...options,
    ...(port === '' ? [] : ['-p', port]),
    ...(username === '' ? [] : ['-l', username]),
    '--',
    hostname.replace(/^\[|\]$/g, ''),
  ];
}

/** The command there: a shell that is no login has not where `bootstrap` puts `vm` in its PATH. */
const dial = `exec sh -c 'PATH="$PATH:$HOME/.local/bin" exec vm dial'`;

/** ssh is not to end by a Ctrl-C that is for us: what was begun there is taken back first. */
const withoutInterrupt = ['sh', '-c', 'trap "" INT; exec "$@"', 'sh'];

/**
 * A connection to the vmd of another host, through ssh: `vm dial` there passes it on, or serves by itself where no vmd
 * runs. What ssh asks (a password, a host's key) it asks at the terminal.
 */
export function overSsh(url: URL): Duplex {
  const [program = '', ...args] = [...withoutInterrupt, ...sshTo(url), dial];
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-kept);
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const answers = async function* () {
    yield* child.stdout;
    const code = await ended;
    if (code !== 0) throw unreachable(url, code, said);
  };
  child.stdin.on('error', () => {}); // its end says more
  const requests = new Writable({
    write: (bytes, _, done) => void child.stdin.write(bytes, () => done()),
    final: (done) => void child.stdin.end(() => done()),
  });
  const duplex = Duplex.from({ readable: answers(), writable: requests });
  duplex.on('error', () => {}).once('close', () => child.kill()); // who uses it has heard it as well
  return asSocket(duplex, child);
}

/** What HTTP's agent does with a socket that nobody uses now: it keeps no process from ending. */
function asSocket(duplex: Duplex, child: ChildProcess): Duplex {
  const parts = [child, child.stdin, child.stdout, child.stderr] as { ref(): void; unref(): void }[];
  const each = (verb: 'ref' | 'unref') => () => {
    for (const part of parts) part[verb]();
    return duplex;
  };
  const same = () => duplex;
  return Object.assign(duplex, {
    ref: each('ref'),
    unref: each('unref'),
    setKeepAlive: same,
    setNoDelay: same,
    setTimeout: same,
  });
}

function unreachable(url: URL, code: number | null, said: string): VivariumError {
  const lines = said.trim().split(/\r?\n/).slice(-quoted);
  const last = lines.at(-1) || `ssh ended with ${code}`;
  const works = `this works: ssh ${[...sshTo(url).slice(1, -2), url.hostname].join(' ')} vm version`;
  return new VivariumError('service-unreachable', {
    address: url.href,
    problem: last.replace(/\.$/, ''),
    lines: lines.length > 1 ? lines : [],
    hint: code === noSuchCommand ? `Install Vivarium there, so that ${works}` : `See that ${works}`,
  });
}
