import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isVivariumError, VivariumError } from '../base/errors.ts';
import type { Command } from './command.ts';
import { note, print } from './output.ts';

const edit: Command = {
  run: async ({ engine, values, scope }) => {
    const name: string = values.name;
    let { text: was } = await engine.machine.read({ name }, scope);
    const directory = mkdtempSync(join(tmpdir(), 'vm-edit-'));
    const file = join(directory, `${name}.yaml`);
    writeFileSync(file, was);
    for (;;) {
      openEditor(file, was);
      const text = readFileSync(file, 'utf8');
      if (text === was) {
        rmSync(directory, { recursive: true });
        print(`${name} stays as it is.`);
        return undefined;
      }
      try {
        // No deadline: people think while they edit.
        await engine.machine.write({ name, text, was });
        rmSync(directory, { recursive: true });
        print(`${name} is changed; it follows at its next start.`);
        return undefined;
      } catch (error) {
        if (!isVivariumError(error) || !process.stdin.isTTY || !(await again(error))) {
          note(`Nothing was changed. Your text is kept in ${file}`);
          throw error;
        }
        // Who edits again knows of it: what is written then takes its place.
        if (error.code === 'spec-changed') was = (await engine.machine.read({ name })).text;
      }
    }
  },
};

export default edit;

/** EDITOR may hold arguments (`code --wait`), so a shell reads it, as git and crontab do. */
function openEditor(file: string, was: string): void {
  const editor = process.env.VISUAL || process.env.EDITOR || 'vi';
  const result = spawnSync('sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit' });
  if (result.status === 0) return;
  const changed = readFileSync(file, 'utf8') !== was;
  const exit = result.signal ? `signal ${result.signal}` : `exit code ${result.status}`;
  throw new VivariumError('editor-failed', { editor, exit, copy: changed ? file : '' });
}

async function again(error: VivariumError): Promise<boolean> {
  note(`${error.message}\n    ${error.hint}`);
  const { confirm } = await import('@clack/prompts');
  return (await confirm({ message: 'Edit it again?' })) === true;
}
