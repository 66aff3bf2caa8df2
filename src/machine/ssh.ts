import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Scope } from '../base/scope.ts';
import { requireTool } from '../host/find-tool.ts';
import { readImage } from '../image/store.ts';
import type { SshReach } from '../protocol/views.ts';
import { lastWords, watchEnd } from './end-watch.ts';
import { fileOf } from './files.ts';
import { checkState } from './locked.ts';
import type { Machine } from './machine.ts';
import { readSpec } from './spec-file.ts';
import { type Place, placeOfPort } from './ssh-forward.ts';
import { sshGreets } from './ssh-greeting.ts';
import { statusOf } from './status.ts';

/** Whom to be in which server of a guest. */
export interface SshOptions {
  user?: string | undefined;
  /** Of the guest. */
  port?: number | undefined;
}

/**
 * How a guest is reached by ssh, when its server greets. Of its networks one gets a port that leads in, if none
 * does yet.
 * @throws `machine-state`, `machine-ended`, `ssh-unreachable`, `tool-missing`, `timeout`
 */
export async function ssh(
  scope: Scope,
  machine: Machine,
  { user, port = 22 }: SshOptions,
  command?: readonly string[],
): Promise<SshReach> {
  checkState(machine, 'machine.ssh', await statusOf(machine));
  const place = await placeOfPort(scope, machine, port);
  await awaitGreeting(scope, machine, place);
  return sshReach(machine, place, user, command);
}

async function awaitGreeting(scope: Scope, machine: Machine, place: Place): Promise<void> {
  const what = `the ssh server of ${machine.name}`;
  const stillRuns = watchEnd(machine);
  let told = false;
  await scope.until(
    async () => {
      stillRuns();
      if (await sshGreets(place, scope.left)) return true;
      if (!told) scope.step(`Waiting for ${what}`);
      told = true;
      return undefined;
    },
    () => ({
      awaited: what,
      lines: lastWords(machine),
      hint: `Look whether it has one: vm console ${machine.name}   Without: vm exec ${machine.name}`,
    }),
    { every: 100 },
  );
}

/** Who logs in where nobody says: the user of the seed, else of the image. */
function usualUser(machine: Machine): string {
  const spec = readSpec(machine);
  if (spec?.seed?.user !== undefined) return spec.seed.user;
  if (spec?.image === undefined) return 'root';
  const image = readImage(machine.home.directory, spec.image);
  return (image.kind === 'disk' && image.user) || 'root';
}

/**
 * How a guest is reached at a place where its server greets.
 *
 * Host keys are kept under one name, as the port changes from start to start, and the key belongs to the machine.
 * All of it stays on this host: of what both sides have, what takes an emulated CPU least is preferred.
 */
export function sshReach(
  machine: Machine,
  { host, port }: Place,
  user = usualUser(machine),
  command: readonly string[] = [],
): SshReach {
  const program = requireTool('ssh', 'to log in to guests');
  const own = fileOf(machine, 'sshKey');
  const key = existsSync(own) ? own : undefined;
  const knownHosts = fileOf(machine, 'sshKnownHosts');
  mkdirSync(dirname(knownHosts), { recursive: true, mode: 0o700 });
  const options = {
    ...(key !== undefined && { IdentityFile: quotePath(key), IdentitiesOnly: 'yes' }),
    UserKnownHostsFile: quotePath(knownHosts),
    GlobalKnownHostsFile: 'none',
    HostKeyAlias: 'guest',
    StrictHostKeyChecking: 'accept-new',
    HostKeyAlgorithms: '^ssh-ed25519',
    KexAlgorithms: '^curve25519-sha256',
    Ciphers: '^aes128-gcm@openssh.com',
    Compression: 'no',
    ControlMaster: 'no',
    ControlPath: 'none',
    LogLevel: 'ERROR',
    User: user,
  };
  const argv = [
    program,
    ...(key === undefined ? [] : ['-F', 'none']),
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    '-p',
    String(port),
    host,
    ...command,
  ];
  return { host, port, user, ...(key !== undefined && { key }), knownHosts, argv };
}

/** A path as ssh_config(5) takes it: in quotes, with tokens that are none. */
function quotePath(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`;
}
