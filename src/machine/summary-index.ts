import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../host/atomic-file.ts';
import { fileOf } from './files.ts';
import type { Home } from './home.ts';
import type { Machine } from './machine.ts';
import type { Summary } from './summary.ts';

/** What a machine.yaml of this time and size was found to say. */
interface Entry {
  stamp: string;
  summary: Summary;
}

/**
 * Summaries kept in $VMDIR/.index.json, so that `list` need not read a thousand machine.yaml that are as they
 * were. It can be lost at any time.
 */
export class SummaryIndex {
  readonly #file: string;
  readonly #known: Record<string, Entry>;
  readonly #seen: Record<string, Entry> = {};
  #changed = false;

  constructor(home: Home) {
    this.#file = join(home.directory, '.index.json');
    this.#known = readIndex(this.#file);
  }

  /** What is known of a machine whose files are as they were when it was remembered. */
  get(machine: Machine): Summary | undefined {
    const stamp = stampOf(machine);
    const known = this.#seen[machine.name] ?? this.#known[machine.name];
    if (stamp === undefined || known?.stamp !== stamp) return undefined;
    this.#seen[machine.name] = known;
    return known.summary;
  }

  remember(machine: Machine, summary: Summary): void {
    const stamp = stampOf(machine);
    if (stamp === undefined) return;
    this.#seen[machine.name] = { stamp, summary };
    this.#changed = true;
  }

  forget(name: string): void {
    delete this.#known[name];
    delete this.#seen[name];
  }

  save(): void {
    if (!this.#changed) return;
    try {
      writeFileAtomic(this.#file, JSON.stringify({ version: 1, machines: this.#seen }), {
        durable: false,
        mode: 0o600,
      });
    } catch {
      // a home that cannot be written to, or is full, is listed all the same
    }
  }
}

/** Undefined where templates, which may be edited in place, have a part in it. */
function stampOf(machine: Machine): string | undefined {
  return existsSync(fileOf(machine, 'templates')) ? undefined : machine.stamp;
}

function readIndex(file: string): Record<string, Entry> {
  try {
    const index = JSON.parse(readFileSync(file, 'utf8')) as {
      version?: number;
      machines?: Record<string, Entry>;
    };
    return index?.version === 1 && index.machines ? index.machines : {};
  } catch {
    return {};
  }
}
