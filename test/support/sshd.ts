import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { builtVm, type TestHome } from './home.ts';
import { freePort } from './ports.ts';

/** A host that ssh leads to: this one, under the name `box`, with a `vm` that has the machines of a home. */
export interface SshHost extends AsyncDisposable {
  /** Of who comes from elsewhere: an `ssh` that knows the way, and machines of their own. */
  env: NodeJS.ProcessEnv;
  /** What stands before a `vm` of that host's PATH: a file to write there. */
  bin: string;
}

/** Starts an sshd of the test's own, with keys of its own, on a port of the loopback. */
export async function sshHost(home: TestHome): Promise<SshHost> {
  const room = home.path('..', 'ssh');
  const bin = home.path('..', 'there');
  const elsewhere = home.path('..', 'elsewhere');
  for (const directory of [room, bin, elsewhere]) mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const key of ['host', 'user']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(room, key)]);
  }
  copyFileSync(join(room, 'user.pub'), join(room, 'authorized'));
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  script(join(bin, 'vm'), `exec '${process.execPath}' '${builtVm}' "$@"`);
  const port = await freePort();
  const environment = [`PATH=${bin}:/usr/bin:/bin:/usr/sbin:/sbin`, `VMDIR=${home.vmdir}`];
  for (const name of ['XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'HOME'])
    if (home.env[name] !== undefined) environment.push(`${name}=${home.env[name]}`);
  writeFileSync(
    join(room, 'sshd_config'),
    [
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${room}/host`,
      `AuthorizedKeysFile ${room}/authorized`,
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'UsePAM no',
      'StrictModes no',
      'PidFile none',
      `SetEnv ${environment.map((it) => `"${it}"`).join(' ')}`,
      '',
    ].join('\n'),
  );
  writeFileSync(
    join(room, 'config'),
    [
      'Host box',
      `  HostName 127.0.0.1`,
      `  Port ${port}`,
      `  User ${userInfo().username}`,
      `  IdentityFile ${room}/user`,
      '  IdentitiesOnly yes',
      `  UserKnownHostsFile ${room}/known`,
      '  GlobalKnownHostsFile none',
      '  StrictHostKeyChecking accept-new',
      '',
    ].join('\n'),
  );
  mkdirSync(join(elsewhere, 'bin'));
  script(join(elsewhere, 'bin/ssh'), `exec /usr/bin/ssh -F '${room}/config' "$@"`);
  const daemon = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(room, 'sshd_config')], {
    cwd: room,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  daemon.stderr.on('data', (text) => {
    said += text;
  });
  await eventually(
    () => listens(port),
    () => `sshd to listen; it said: ${said}`,
    20_000,
  );
  return {
    bin,
    env: {
      ...home.env,
      PATH: `${join(elsewhere, 'bin')}:${home.env.PATH}`,
      VMDIR: join(elsewhere, 'machines'),
      XDG_CONFIG_HOME: join(elsewhere, 'config'),
    },
    [Symbol.asyncDispose]: async () => {
      daemon.kill();
      if (daemon.exitCode === null) await once(daemon, 'exit');
    },
  };
}

export function script(file: string, text: string): void {
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
