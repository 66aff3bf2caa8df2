import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { errnoOf, VivariumError } from '../../../base/errors.ts';
import { quoteWord } from '../../../base/quote-word.ts';
import { readServiceStatus } from '../../../runit/status.ts';
import { supervisorAlive } from '../../../runit/supervisor.ts';
import { machineFiles } from '../../files.ts';
import type { Bring } from '../composed.ts';
import { type FoundRunitVm, readRunitVm } from '../runit-vm.ts';
import { sourceText } from '../source-text.ts';

type Fail = (problem: string) => Error;

/** What a machine has of its own, or is made of what it says. */
const stays = ['run', 'finish', 'control', 'log', 'supervise', 'down', 'wait', 'templates'];

/**
 * Opens a directory that runit-vm has made.
 * @throws what `fail` makes; `file-missing`, `machine-state`
 */
export function openRunitVm(
  directory: string,
  fail: Fail,
): FoundRunitVm & { directory: string; along: Bring[] } {
  const entries = entriesOf(directory, fail);
  const text = (...file: string[]) => sourceText(join(directory, ...file), 'The file');
  if (entries.includes(machineFiles.spec))
    throw fail('has a machine.yaml, as machines here have: put it into VMDIR as it stands');
  if (!entries.includes('templates')) throw fail('has no templates, which every machine of runit-vm has');
  if (supervisorAlive(directory) && readServiceStatus(directory)?.state !== 'down') {
    throw new VivariumError('machine-state', {
      name: basename(directory),
      state: 'running',
      verb: 'imported',
      next: `Stop it first: sv down ${quoteWord(directory)}`,
    });
  }
  const templates = entriesOf(join(directory, 'templates'), fail).filter((name) => !name.startsWith('.'));
  const found = readRunitVm({
    name: basename(directory),
    templates: templates.sort().map((name) => ({ name, text: text('templates', name) })),
    wait: entries.includes('wait') ? text('wait') : undefined,
    down: entries.includes('down'),
    hooks: entries.includes('hooks'),
    ownRun: isRegular(join(directory, 'run')) && !text('run').includes('Made by vivarium'),
  });
  const kept = found.templates.map((name) => join('templates', name));
  const others = entries.filter((name) => !stays.includes(name));
  const files = [...others.filter((name) => existsSync(join(directory, name))), ...kept];
  const lost = others.filter((name) => !files.includes(name));
  return {
    ...found,
    said: [...found.said, ...lost.map((what) => ({ what, why: 'is a link that leads nowhere' }))],
    directory,
    along: files.map((file) => ({ from: join(directory, file), to: file })),
  };
}

/** runit-vm's own `run` is a link. */
const isRegular = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false })?.isFile() === true;

function entriesOf(directory: string, fail: Fail): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (errnoOf(error) === 'ENOTDIR') throw fail('is no directory, which a machine of runit-vm is');
    throw new VivariumError('file-missing', { file: directory, what: 'The directory' }, { cause: error });
  }
}
