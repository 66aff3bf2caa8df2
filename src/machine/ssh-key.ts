import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { temporaryName } from '../host/atomic-file.ts';
import { runTool } from '../host/run-tool.ts';
import { fileOf, machineFiles } from './files.ts';
import type { Machine } from './machine.ts';

export async function ensureKey(scope: Scope, machine: Machine): Promise<string> {
  const key = fileOf(machine, 'sshKey');
  if (!existsSync(key)) {
    const made = temporaryName(dirname(key));
    mkdirSync(made, { mode: 0o700 });
    const args = [
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-C',
      `vivarium-${machine.name}`,
      '-f',
      join(made, machineFiles.sshKey.slice(4)),
    ];
    await runTool(scope, 'ssh-keygen', args, { doing: 'Making a key' });
    try {
      renameSync(made, dirname(key));
    } catch (error) {
      rmSync(made, { recursive: true });
      if (errnoOf(error) !== 'ENOTEMPTY' && errnoOf(error) !== 'EEXIST') throw error;
    }
  }
  return readFileSync(fileOf(machine, 'sshPublicKey'), 'utf8').trim();
}
