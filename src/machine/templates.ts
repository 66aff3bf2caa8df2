import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { namePattern } from '../base/names.ts';
import { packageFile } from '../host/package-files.ts';
import { fileOf } from './files.ts';
import type { Home } from './home.ts';
import type { Machine } from './machine.ts';
import { splitWords } from './words.ts';

/** A template of a machine, read: QEMU's arguments, and where they came from. */
export interface TemplateArguments {
  source: string;
  args: string[];
}

/** The names of a machine's templates, in the order in which they are joined: `once` overrides, so it is last. */
export function templatesOf(machine: Machine): string[] {
  try {
    const names = readdirSync(fileOf(machine, 'templates')).filter((name) => namePattern.test(name));
    return [...names.filter((name) => name !== 'once').sort(), ...names.filter((name) => name === 'once')];
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** @throws `template-invalid` naming file and line */
export function readTemplate(machine: Machine, name: string): TemplateArguments {
  const source = `templates/${name}`;
  const fault = (line: number, problem: string) =>
    new VivariumError('template-invalid', { file: `${machine.name}/${source}`, line, problem });
  let text: string;
  try {
    const path = join(fileOf(machine, 'templates'), name);
    if (!statSync(path).isFile()) throw fault(1, 'it is no regular file');
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw errnoOf(error) === undefined ? error : fault(1, `it cannot be read (${errnoOf(error)})`);
  }
  return { source, args: splitWords(text, machine.home.env, fault) };
}

/** Where templates to choose from lie: a runit-vm's own in $VMDIR first, then ours. */
function shelves(home: Home): string[] {
  return [
    join(home.directory, '.default/templates'),
    join(home.directory, 'default/templates'),
    packageFile('share/templates'),
  ];
}

export function availableTemplates(home: Home): string[] {
  const names = shelves(home).flatMap((shelf) => (existsSync(shelf) ? readdirSync(shelf) : []));
  return [...new Set(names)].filter((name) => namePattern.test(name)).sort();
}

/** The text of a template to choose. @throws `template-not-found` */
export function stockTemplate(home: Home, name: string): string {
  const file = shelves(home)
    .map((shelf) => join(shelf, name))
    .find((file) => namePattern.test(name) && existsSync(file));
  if (!file) throw new VivariumError('template-not-found', { name, available: availableTemplates(home) });
  return readFileSync(file, 'utf8');
}

/** What a template is about, the first word of its name: of `mem-4g` and `mem`, the last one chosen counts. */
export function topicOf(template: string): string {
  return template.split('-', 1)[0] as string;
}

/** The templates that remain of a choice: a later one replaces those of its topic. */
export function chosenTemplates(names: readonly string[]): string[] {
  return [...new Map(names.map((name) => [topicOf(name), name])).values()];
}
