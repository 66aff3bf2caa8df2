import { existsSync, linkSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { temporaryName, writeFileAtomic } from '../host/atomic-file.ts';
import { runTool } from '../host/run-tool.ts';
import { fileOf } from './files.ts';
import type { Machine } from './machine.ts';

const doing = 'Making the ssh key of a machine';

/**
 * The public key of a machine's own key pair, which is made where there is none yet. Of two that make it at once,
 * one is kept, and both return it.
 * @throws `tool-missing`, `command-failed`
 */
export async function ensureKey(scope: Scope, machine: Machine): Promise<string> {
  const key = fileOf(machine, 'sshKey');
  const open = fileOf(machine, 'sshPublicKey');
  if (!existsSync(key)) await makeKey(scope, machine, key);
  if (!existsSync(open)) {
    const { stdout } = await runTool(scope, 'ssh-keygen', ['-y', '-f', key], { doing });
    writeFileAtomic(open, stdout);
  }
  return readFileSync(open, 'utf8').trim();
}

/** linkat(2) gives the name to one of them only, and to a whole file. */
async function makeKey(scope: Scope, { name }: Machine, key: string): Promise<void> {
  mkdirSync(dirname(key), { recursive: true, mode: 0o700 });
  const draft = temporaryName(key);
  const args = ['-q', '-t', 'ed25519', '-N', '', '-C', `vivarium-${name}`, '-f', draft];
  try {
    await runTool(scope, 'ssh-keygen', args, { doing });
    linkSync(draft, key);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  } finally {
    for (const file of [draft, `${draft}.pub`]) rmSync(file, { force: true });
  }
}
