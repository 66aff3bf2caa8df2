import { readFileSync } from 'node:fs';
import { errnoOf } from '../base/errors.ts';
import { fileOf } from './files.ts';
import type { Machine } from './machine.ts';
import { readSpec } from './spec-file.ts';
import { type Summary, summaryOf } from './summary.ts';
import { readTemplate, templatesOf } from './templates.ts';

/** The summary of a machine, read from its files. @throws `spec-invalid`, `template-invalid` */
export function readSummary(machine: Machine): Summary {
  const templates = templatesOf(machine).map((name) => readTemplate(machine, name));
  const from = forkedFrom(machine);
  return { ...summaryOf(machine.name, readSpec(machine), templates), ...(from && { from }) };
}

/** What it was made of, where it is a fork: written once, with all else of it. */
function forkedFrom(machine: Machine): string | undefined {
  try {
    return readFileSync(fileOf(machine, 'forkedFrom'), 'utf8').trim();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
