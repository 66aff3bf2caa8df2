import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryName } from '../../src/host/atomic-file.ts';
import { packageFile } from '../../src/host/package-files.ts';
import { Scope } from '../../src/index.ts';
import type { Carrier } from '../../src/machine/carrier.ts';
import { copyOut } from '../../src/machine/copy-out.ts';
import { testRoot } from '../support/place.ts';
import { tar } from '../support/tar.ts';

let place: string;
const room = (...parts: string[]) => join(place, ...parts);
beforeEach(() => {
  place = mkdtempSync(join(testRoot, 'copy-out-'));
  for (const name of ['to', 'guest']) mkdirSync(room(name));
});
afterEach(() => rmSync(place, { recursive: true }));

const warnings: string[] = [];
const scope = () => new Scope({ report: (it) => void (it.kind === 'warning' && warnings.push(it.text)) });

/** A guest that answers with these bytes, whatever it is asked for. */
const answering = (bytes: (sources: readonly string[]) => Buffer): Carrier => ({
  by: 'ssh',
  send: () => Promise.reject(new Error('nothing is sent to it')),
  fetch: (sources, take) =>
    take(
      (async function* () {
        yield bytes(sources);
      })(),
    ),
});

const hostile = (...names: string[]) =>
  answering(() =>
    Buffer.concat([
      Buffer.from('vivarium: 1\n'),
      tar(names.map((name) => ({ name, content: `of ${name}` }))),
    ]),
  );

const honest = answering((sources) => {
  const script = readFileSync(packageFile('guest/reach/send.sh'), 'utf8');
  return execFileSync('sh', ['-c', script, 'sh', ...sources], {
    env: { ...process.env, HOME: room('guest') },
  });
});

const fetch = (carrier: Carrier, ...sources: string[]) => copyOut(scope(), carrier, sources, room('to'), 'x');

test('what was not asked for does not come', async () => {
  await fetch(hostile('./motd', './.profile', './bin/evil'), '/etc/motd');
  expect(readdirSync(room('to'))).toEqual(['motd']);
  expect(warnings.join()).toContain('".profile"');
});

test('nor in the place of what was asked for by a slash', async () => {
  await fetch(hostile('./.ssh/authorized_keys', './.profile'), 'dir/');
  expect(readdirSync(room('to'))).toEqual(['dir']);
});

test('what was asked for does, by any of its names', async () => {
  mkdirSync(room('guest/dir'));
  writeFileSync(room('guest/dir/file'), 'x');
  writeFileSync(room('guest/-n a'), 'y');
  symlinkSync('dir', room('guest/link'));
  await fetch(honest, 'dir/file', './-n a', 'link', 'dir/');
  expect(readdirSync(room('to')).sort()).toEqual(['-n a', 'dir', 'file', 'link']);
  rmSync(room('to/link'));
  await fetch(honest, 'link/');
  expect(readdirSync(room('to/link'))).toEqual(['file']);
  await fetch(honest, 'dir/.');
  expect(readdirSync(room('to')).sort()).toEqual(['-n a', 'dir', 'file', 'link']);
});

test('what a killed copy has left goes, and a cut one leaves nothing', async () => {
  const abandoned = temporaryName(room('to/vivarium-copy')).replace(`.${process.pid}.`, '.4194305.');
  mkdirSync(abandoned);
  const cut = answering(() => Buffer.concat([Buffer.from('vivarium: 1\n'), Buffer.alloc(700, 1)]));
  await expect(fetch(cut, 'a')).rejects.toMatchObject({ code: 'command-failed' });
  expect(readdirSync(room('to'))).toEqual([]);
});
