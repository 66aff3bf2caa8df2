import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { VivariumError } from '../base/errors.ts';

/** The last of what ssh has said, which is quoted where it fails. */
const quoted = 2000;

/** What ssh is called with, before the command: the user's configuration decides all else. */
export function sshTo({ hostname, username, port }: URL): string[] {
  return [
    'ssh',
    ...(port === '' ? [] : ['-p', port]),
    ...(username === '' ? [] : ['-l', decodeURIComponent(username)]),
    '--',
    hostname.replace(/^\[|\]$/g, ''),
  ];
}

/**
 * A connection to the vmd of another host, through ssh: `vm dial` there passes it on, or serves by itself where no vmd
 * runs. What ssh asks (a password, a host's key) it asks at the terminal.
 */
export function overSsh(url: URL): Duplex {
  const [program = '', ...args] = sshTo(url);
  const child = spawn(program, [...args, 'vm', 'dial'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const duplex = Duplex.from({ readable: child.stdout, writable: child.stdin });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-quoted);
  });
  const fail = (problem: string) =>
    duplex.destroy(
      new VivariumError('service-unreachable', {
        address: url.href,
        problem,
        hint: `See that this works: ssh ${url.host.replace(/:\d+$/, '')} vm version`,
      }),
    );
  child.on('error', (error) => fail(error.message));
  child.on('exit', (code) => {
    if (code !== 0) fail(said.trim().split('\n').at(-1) || `ssh ended with ${code}`);
  });
  duplex.on('close', () => child.kill());
  return duplex;
}
