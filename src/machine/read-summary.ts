import type { Machine } from './machine.ts';
import { readSpec } from './spec-file.ts';
import { type Summary, summaryOf } from './summary.ts';
import { readTemplate, templatesOf } from './templates.ts';

/** The summary of a machine, read from its files. @throws `spec-invalid`, `template-invalid` */
export function readSummary(machine: Machine): Summary {
  const templates = templatesOf(machine).map((name) => readTemplate(machine, name));
  return summaryOf(machine.name, readSpec(machine), templates);
}
