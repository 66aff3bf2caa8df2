import { closeSync, fstatSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { errnoOf, isVivariumError } from '../base/errors.ts';
import { printable } from '../base/printable.ts';
import type { Home } from '../machine/home.ts';
import { ensureServiceDirectory, serviceFile } from '../machine/service-files.ts';
import type { AuditEntry } from '../protocol/access-views.ts';

/** Bytes of the log at which a new one is begun; the one before it stays. */
const most = 8 * 2 ** 20;
/** Letters of a text in it: a name may be hostile, and a path long. */
const longest = 200;

/** What is told of something that was done; the time is that of telling. */
export type Told = Omit<AuditEntry, 'time' | 'lost'>;

/** Writes down who did what, a line of JSON each. */
export class AuditLog {
  readonly #home: Home;
  readonly #most: number;
  #lost = 0;

  constructor(home: Home, { most: bytes = most } = {}) {
    this.#home = home;
    this.#most = bytes;
  }

  /** Never fails what it tells of: what cannot be written, on a full disk say, is counted in the next entry that can. */
  tell({ who, from, operation, subject, result, took }: Told): void {
    const entry: AuditEntry = {
      time: new Date().toISOString(),
      who,
      from: short(from),
      operation,
      ...(subject && { subject: short(subject) }),
      result,
      took: Math.round(took),
      ...(this.#lost > 0 && { lost: this.#lost }),
    };
    try {
      // Of an entry that was cut off by a full disk the rest of the line is not this one.
      this.#append(`${this.#lost > 0 ? '\n' : ''}${JSON.stringify(entry)}\n`);
      this.#lost = 0;
    } catch (error) {
      if (errnoOf(error) === undefined && !isVivariumError(error)) throw error;
      this.#lost++;
    }
  }

  #append(line: string): void {
    ensureServiceDirectory(this.#home);
    const path = serviceFile(this.#home, 'audit');
    const file = openSync(path, 'a', 0o600);
    try {
      const bytes = Buffer.from(line);
      const written = writeSync(file, bytes);
      if (written < bytes.length) throw Object.assign(new Error('cut off'), { code: 'ENOSPC' });
      if (fstatSync(file).size >= this.#most) renameSync(path, serviceFile(this.#home, 'auditBefore'));
    } finally {
      closeSync(file);
    }
  }
}

const short = (text: string): string => {
  const plain = printable(text).replace(/\s+/g, ' ');
  return plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain;
};

/** The last entries, the newest last. A line that is none, cut off by a full disk or a crash, is left out. */
export function readAudit(
  home: Home,
  lines: number,
  {
    who,
    about,
    refused,
  }: { who?: string | undefined; about?: string | undefined; refused?: boolean | undefined } = {},
): AuditEntry[] {
  const wanted = (entry: AuditEntry) =>
    (who === undefined || entry.who === who) &&
    (about === undefined || entry.subject?.split(/[ @]/).includes(about) === true) &&
    (!refused || (entry.result !== 'ok' && entry.result !== 'opened'));
  const newest = entriesIn(serviceFile(home, 'audit')).filter(wanted);
  const enough = newest.length >= lines;
  const all = enough ? newest : [...entriesIn(serviceFile(home, 'auditBefore')).filter(wanted), ...newest];
  return all.slice(-lines);
}

function entriesIn(path: string): AuditEntry[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap((line) => {
    try {
      return line.startsWith('{') ? [JSON.parse(line) as AuditEntry] : [];
    } catch {
      return [];
    }
  });
}
