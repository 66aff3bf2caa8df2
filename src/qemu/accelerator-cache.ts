import { accessSync, constants, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { writeFileAtomic } from '../host/atomic-file.ts';
import type { AcceleratorReport } from './accelerator-report.ts';
import { probeGuestDigest } from './probe-guest.ts';

const entriesKept = 16;

/** All that a verdict depends on; undefined on a host that does not tell when it was booted. */
export function cacheKey(path: string, device = '/dev/kvm'): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    const { mtimeMs, size } = statSync(path);
    return JSON.stringify([boot, path, mtimeMs, size, deviceIdentity(device), probeGuestDigest]);
  } catch {
    return undefined;
  }
}

/** Changes when KVM's module is loaded anew, and when this user may open the device at last. */
function deviceIdentity(device: string): string {
  try {
    const { rdev, ino, mode } = statSync(device);
    let mine = 'mine';
    try {
      accessSync(device, constants.R_OK | constants.W_OK);
    } catch {
      mine = 'not mine';
    }
    return `${rdev} ${ino} ${mode.toString(8)} ${mine}`;
  } catch (error) {
    return errnoOf(error) ?? 'unknown';
  }
}

interface Entry {
  key: string;
  report: AcceleratorReport;
}

const cacheFile = (cache: string): string => join(cache, 'accelerator.json');

/** What the cache holds, newest first; a file that is missing or broken holds nothing. */
function readEntries(cache: string): Entry[] {
  try {
    const content: unknown = JSON.parse(readFileSync(cacheFile(cache), 'utf8'));
    return Array.isArray(content) ? content.filter(isEntry) : [];
  } catch {
    return [];
  }
}

function isEntry(value: unknown): value is Entry {
  const { key, report } = (value ?? {}) as Partial<Entry>;
  return (
    typeof key === 'string' &&
    isVerdict(report?.accelerator, report?.reason) &&
    Array.isArray(report?.candidates) &&
    report.candidates.every((it) => isVerdict(it?.name, it?.reason) && typeof it.usable === 'boolean')
  );
}

function isVerdict(name: unknown, reason: unknown): boolean {
  return (name === 'kvm' || name === 'tcg') && typeof reason === 'string';
}

/** What was found out under this key. */
export function readReport(cache: string, key: string | undefined): AcceleratorReport | undefined {
  return readEntries(cache).find((entry) => entry.key === key)?.report;
}

/** Keeps what was found out under this key; without a report, what was found before is forgotten. */
export function keepReport(
  scope: Scope,
  cache: string,
  key: string | undefined,
  report: AcceleratorReport | undefined,
): void {
  if (!key) return;
  const known = readEntries(cache);
  const others = known.filter((entry) => entry.key !== key);
  if (!report && others.length === known.length) return;
  try {
    mkdirSync(cache, { recursive: true });
    const entries = [...(report ? [{ key, report }] : []), ...others].slice(0, entriesKept);
    writeFileAtomic(cacheFile(cache), `${JSON.stringify(entries, null, 2)}\n`);
  } catch (error) {
    scope.warn(`Which accelerator works cannot be kept in ${cache}: ${(error as Error).message}`);
  }
}
