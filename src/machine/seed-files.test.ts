import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type SeedSettings, seedFiles } from './seed-files.ts';

const key = 'ssh-ed25519 AAAA me@home';
const plain: SeedSettings = {
  hostname: 'web',
  user: undefined,
  usualUser: 'debian',
  password: undefined,
  keys: [key],
  packages: [],
  commands: [],
  userData: undefined,
};
const of = (more: Partial<SeedSettings>) => {
  const files = seedFiles({ ...plain, ...more });
  return {
    meta: parse(files['meta-data']),
    user: parse(files['user-data']),
    text: files['user-data'],
    script: files['vivarium.sh'],
  };
};

describe('cloud-init is told', () => {
  test('the name, and the keys of the usual user', () => {
    const { meta, user, text } = of({});
    expect(meta).toMatchObject({ 'local-hostname': 'web', 'public-keys': [key] });
    expect(text).toMatch(/^#cloud-config\n/);
    expect(user).toEqual({ hostname: 'web', ssh_authorized_keys: [key] });
  });

  test('of a user of its own, beside the usual one', () => {
    const { user } = of({ user: 'me', password: 'secret' });
    expect(user.users[0]).toBe('default');
    expect(user.users[1]).toMatchObject({
      name: 'me',
      sudo: 'ALL=(ALL) NOPASSWD:ALL',
      ssh_authorized_keys: [key],
    });
    expect(user.runcmd).toEqual(['! command -v bash || usermod -s "$(command -v bash)" me']);
    expect(user.chpasswd.users).toEqual([{ name: 'me', password: 'secret', type: 'text' }]);
  });

  test('of a hashed password as that', () => {
    const hash = '$6$salt$hash';
    expect(of({ password: hash }).user.chpasswd.users).toEqual([
      { name: 'debian', password: hash, type: 'hash' },
    ]);
  });

  test('that root may log in, where root is the user', () => {
    expect(of({ user: 'root' }).user.disable_root).toBe(false);
  });

  test('of packages and commands, whatever letters they have', () => {
    const commands = ["echo 'a: b' # c", 'x=$(y)\nz'];
    const { user } = of({ packages: ['vim', 'g++'], commands });
    expect(user).toMatchObject({ package_update: true, packages: ['vim', 'g++'], runcmd: commands });
  });

  test('nothing but the whole user data that was given, and still the keys', () => {
    const { meta, text } = of({ userData: '#!/bin/sh\necho hello\n' });
    expect(text).toBe('#!/bin/sh\necho hello\n');
    expect(meta['public-keys']).toEqual([key]);
  });
});

test('another setting is another instance, the same is the same', () => {
  expect(of({}).meta['instance-id']).toBe(of({}).meta['instance-id']);
  expect(of({}).meta['instance-id']).not.toBe(of({ packages: ['vim'] }).meta['instance-id']);
});

describe('the script', () => {
  test.each<Partial<SeedSettings>>([
    {},
    { user: 'me', password: "it's" },
    { packages: ['vim'], commands: ["echo 'a' && b", 'c\nd'] },
    { userData: "#!/bin/sh\necho 'x'\n" },
  ])('is one, %j', (more) => {
    execFileSync('sh', ['-n'], { input: of(more).script });
  });

  test('hands on passwords and keys as they are, backslashes too', () => {
    const { script } = of({ password: 'a\\tb', keys: ['ssh-ed25519 AAAA back\\nslash'] });
    const early = script.split('late)')[0] ?? '';
    const printing = early.match(/printf '[^|>]*'(?= [|>])/g) ?? [];
    const said = printing.map((command) => execFileSync('dash', ['-c', command], { encoding: 'utf8' }));
    expect(said).toEqual(['debian:a\\tb\n', 'ssh-ed25519 AAAA back\\nslash\n']);
  });

  test('runs commands as they were given, and stops where one fails', () => {
    const run = (commands: string[]) =>
      execFileSync('sh', ['-s', 'late'], { input: of({ commands }).script, encoding: 'utf8' });
    expect(run(["echo 'a  b'", 'x=1; echo "$x"'])).toBe('a  b\n1\n');
    expect(() => run(['exit 3', 'echo never'])).toThrow('Command failed');
  });
});
