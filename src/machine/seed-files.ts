import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { stringify } from 'yaml';
import { quoteWord } from '../base/quote-word.ts';

/** What a guest is told at its first boot. */
export interface SeedSettings {
  hostname: string;
  /** Who may log in; undefined leaves it to the image's own usual user. */
  user: string | undefined;
  /** The image's usual user. */
  usualUser: string;
  /** Of the user at the console: as it is, or as crypt(3) writes it. */
  password: string | undefined;
  /** Lines of an authorized_keys. */
  keys: string[];
  packages: string[];
  commands: string[];
  /** The text of a whole user-data file, in place of the others. */
  userData: string | undefined;
}

/**
 * The files on the CD: what cloud-init reads (its data source NoCloud), and the same as a script for images that
 * have no cloud-init. `vivarium.sh early` is meant for before anybody can log in, `late` for when the network is up.
 * The instance's id changes with the settings, so that a guest follows new ones, too. Pure.
 */
export function seedFiles(settings: SeedSettings): Record<'meta-data' | 'user-data' | 'vivarium.sh', string> {
  const id = createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16);
  return {
    'meta-data': stringify({
      'instance-id': `vivarium-${id}`,
      'local-hostname': settings.hostname,
      'public-keys': settings.keys,
    }),
    'user-data': settings.userData ?? `#cloud-config\n${stringify(cloudConfig(settings), { lineWidth: 0 })}`,
    'vivarium.sh': script(settings),
  };
}

function cloudConfig({ hostname, user, usualUser, password, keys, packages, commands }: SeedSettings) {
  const own = user !== undefined && user !== usualUser;
  const root = (user ?? usualUser) === 'root';
  // Not `shell: /bin/bash`: where there is none, nobody could log in.
  const bash = `! command -v bash || usermod -s "$(command -v bash)" ${user}`;
  const runcmd = own && !root ? [bash, ...commands] : commands;
  const account = {
    name: user,
    ...(!root && { sudo: 'ALL=(ALL) NOPASSWD:ALL', groups: 'users' }),
    ssh_authorized_keys: keys,
  };
  return {
    hostname,
    ...(own ? { users: ['default', account] } : { ssh_authorized_keys: keys }),
    ...(root && { disable_root: false }),
    ...(password !== undefined && {
      chpasswd: { expire: false, users: [{ name: user ?? usualUser, ...passwordOf(password) }] },
    }),
    ...(packages.length > 0 && { package_update: true, packages }),
    ...(runcmd.length > 0 && { runcmd }),
  };
}

const isHash = (password: string) => /^\$[0-9a-z]+\$/.test(password);
const passwordOf = (password: string) => ({ password, type: isHash(password) ? 'hash' : 'text' });

function script(settings: SeedSettings): string {
  return `#!/bin/sh
# Made by vivarium for ${settings.hostname}.
set -e
case $1 in
early)
${early(settings)}  ;;
late)
${late(settings)}  ;;
esac
`;
}

/** Not by `echo`, which reads backslashes in some shells. */
const print = (line: string): string => `printf '%s\\n' ${quoteWord(line)}`;

function early({ hostname, user, usualUser, password, keys }: SeedSettings): string {
  const name = quoteWord(user ?? usualUser);
  return lines([
    `echo ${quoteWord(hostname)} >/etc/hostname`,
    `hostname ${quoteWord(hostname)}`,
    name !== 'root' && `id ${name} >/dev/null 2>&1 || useradd -m -s /bin/bash ${name}`,
    name !== 'root' &&
      `echo ${quoteWord(`${user ?? usualUser} ALL=(ALL) NOPASSWD:ALL`)} >/etc/sudoers.d/${name}`,
    password !== undefined &&
      `${print(`${user ?? usualUser}:${password}`)} | chpasswd${isHash(password) ? ' -e' : ''}`,
    `home=$(getent passwd ${name} | cut -d: -f6)`,
    'mkdir -p -m 700 "$home/.ssh"',
    'touch "$home/.ssh/authorized_keys"',
    ...keys.map(
      (key) =>
        `grep -qxF -- ${quoteWord(key)} "$home/.ssh/authorized_keys" || ${print(key)} >>"$home/.ssh/authorized_keys"`,
    ),
    'chmod 600 "$home/.ssh/authorized_keys"',
    `chown -R ${name}: "$home/.ssh"`,
  ]);
}

function late({ packages, commands, userData }: SeedSettings): string {
  if (userData !== undefined) {
    // Not in /run, from which Debian's initramfs lets nothing be executed.
    const file = '/var/lib/vivarium/user-data';
    return lines([
      `mkdir -p -m 700 ${dirname(file)}`,
      `printf %s ${quoteWord(userData)} >${file}`,
      `chmod 700 ${file}`,
      file,
    ]);
  }
  const install = `DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends ${packages.join(' ')}`;
  return lines([
    ...(packages.length > 0 ? ['apt-get update -q', install] : []),
    ...commands.map((command) => `sh -c ${quoteWord(command)}`),
    ':',
  ]);
}

const lines = (commands: (string | false)[]): string =>
  commands
    .filter((command) => command !== false)
    .map((command) => `  ${command}\n`)
    .join('');
