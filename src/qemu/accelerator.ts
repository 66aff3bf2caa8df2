import { closeSync, constants, openSync, realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { roundDuration } from '../base/durations.ts';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { lastLines } from '../base/printable.ts';
import type { Scope } from '../base/scope.ts';
import { findTool } from '../host/find-tool.ts';
import { cacheKey, keepReport, readReport } from './accelerator-cache.ts';
import type { Accelerator, AcceleratorReport, Candidate } from './accelerator-report.ts';
import { type GuestRun, runGuest } from './probe-run.ts';

export type { Accelerator, AcceleratorReport, Candidate } from './accelerator-report.ts';

export interface AcceleratorOptions {
  /** QEMU: a path, or a name to be looked up in PATH. */
  binary: string;
  /** The directory that keeps what was found out; it is made where it is missing. */
  cache: string;
  /** KVM's device, if not /dev/kvm. */
  device?: string;
}

export interface ProbeOptions extends AcceleratorOptions {
  /** Milliseconds that 64-bit code may take to finish. */
  deadline?: number;
  /** Finds it out again, whatever the cache says. */
  fresh?: boolean;
}

const title: Record<Accelerator, string> = { kvm: 'KVM', tcg: 'Software emulation (TCG)' };
const broken = "this host's nested virtualization is broken";
const defaultDeadline = 2000;

/**
 * Which accelerator runs 64-bit code on this host, from the cache, or found out by running some: /dev/kvm may
 * open, and KVM run a machine's firmware, where a 64-bit kernel never boots. It takes about 0.1 s, and
 * `deadline` milliseconds where KVM hangs.
 * @throws `tool-missing` for QEMU, `interrupted`, `timeout`
 */
export async function probeAccelerator(
  scope: Scope,
  { deadline = defaultDeadline, fresh = false, ...options }: ProbeOptions,
): Promise<AcceleratorReport> {
  const path = findBinary(options.binary);
  if (!path) throw new VivariumError('tool-missing', { tool: options.binary, purpose: 'to run machines' });
  const key = cacheKey(path, options.device);
  const known = untried(path) ?? (fresh ? undefined : readReport(options.cache, key));
  if (known) return { ...known, probed: false };
  scope.step('Finding out whether KVM works here');

  const closed = whyNoKvm(process.arch, openError(options.device ?? '/dev/kvm'), options.device);
  const runs = await Promise.allSettled([
    closed ? undefined : runGuest(scope, path, 'kvm', deadline),
    runGuest(scope, path, 'tcg', deadline),
  ]);
  for (const run of runs) if (run.status === 'rejected') throw run.reason;
  const [kvm, tcg] = runs.map((run) => (run.status === 'fulfilled' ? run.value : undefined));
  const report = choose(
    closed ? { name: 'kvm', usable: false, reason: closed, ms: 0 } : judge('kvm', kvm, deadline),
    judge('tcg', tcg, deadline),
  );
  const keeps = lasts(kvm, tcg, deadline);
  if (keeps || fresh) keepReport(scope, options.cache, key, keeps ? report : undefined);
  return report;
}

/** What `probeAccelerator` has found out since the host was booted, if all it depends on is as it was. */
export function cachedAccelerator(options: AcceleratorOptions): AcceleratorReport | undefined {
  const path = findBinary(options.binary);
  if (!path) return undefined;
  const report = untried(path) ?? readReport(options.cache, cacheKey(path, options.device));
  return report && { ...report, probed: false };
}

/** Why KVM need not be tried on a host of this kind, where opening its device gave this error. */
export function whyNoKvm(
  arch: string,
  openError: string | undefined,
  device = '/dev/kvm',
): string | undefined {
  if (arch !== 'x64') return `KVM runs only code of the host's own kind, and this host is ${arch}`;
  switch (openError) {
    case undefined:
      return undefined;
    case 'ENOENT':
      return `KVM is not there: ${device} does not exist`;
    case 'EACCES':
    case 'EPERM':
      return `KVM may not be opened by this user: ${device} belongs to others; add yourself to the group kvm`;
    default:
      return `KVM is not there: ${device} cannot be opened (${openError})`;
  }
}

/** What a run of the probe guest says about an accelerator. */
export function judge(name: Accelerator, run: GuestRun | undefined, deadline: number): Candidate {
  if (!run) return { name, usable: false, reason: `${title[name]} was not tried`, ms: 0 };
  const ms = Math.round(run.ms);
  const opens = `${title[name]} ${name === 'kvm' ? 'opens' : 'starts'}, but 64-bit code`;
  const cause = name === 'kvm' ? `: ${broken}` : '';
  const said = lastLines(run.said, 50).filter((line) => !line.includes('warning:'));
  const reasons: Record<GuestRun['ending'], () => string> = {
    finished: () => `${title[name]} works: 64-bit code finished in ${roundDuration(ms)}`,
    deadline: () => `${opens} did not finish within ${roundDuration(deadline)}${cause}`,
    'gave up': () => `${opens} ended in a KVM internal error${cause}`,
    crashed: () => `${opens} crashed${cause}`,
    refused: () =>
      said.some((line) => line.includes(`invalid accelerator ${name}`))
        ? `This QEMU was built without ${name.toUpperCase()}`
        : `QEMU does not start with ${name === 'kvm' ? 'KVM' : 'software emulation (TCG)'}: ${said[0] ?? 'it does not say why'}`,
  };
  return { name, usable: run.ending === 'finished', reason: reasons[run.ending](), ms };
}

function choose(kvm: Candidate, tcg: Candidate): AcceleratorReport {
  const candidates = [kvm, tcg];
  if (kvm.usable) return { accelerator: 'kvm', reason: kvm.reason, candidates, probed: true };
  const reason = kvm.reason + (tcg.usable ? '; software emulation (TCG) is taken' : `. ${tcg.reason}`);
  return { accelerator: 'tcg', reason, candidates, probed: true };
}

/**
 * Whether a verdict is worth keeping. Not what may pass: QEMU did not start (KVM can be busy), or KVM was slow
 * while software emulation was, too, as on a host with too much to do.
 */
function lasts(kvm: GuestRun | undefined, tcg: GuestRun | undefined, deadline: number): boolean {
  if (kvm?.ending === 'finished') return true;
  if (tcg?.ending !== 'finished' || kvm?.ending === 'refused') return false;
  return kvm?.ending !== 'deadline' || tcg.ms < deadline / 4;
}

/** What is said of a QEMU of other processors: the probe guest is x86-64 code, so that nothing is known. */
function untried(path: string): AcceleratorReport | undefined {
  const target = /^qemu-system-(?!x86_64$)(\w+)$/.exec(basename(path))?.[1];
  if (!target) return undefined;
  const reason = `KVM was not tried: this QEMU emulates ${target}, and the probe knows only x86_64`;
  return choose(
    { name: 'kvm', usable: false, reason, ms: 0 },
    { name: 'tcg', usable: true, reason: 'Software emulation (TCG) was not tried', ms: 0 },
  );
}

function openError(device: string): string | undefined {
  try {
    closeSync(openSync(device, constants.O_RDWR));
    return undefined;
  } catch (error) {
    return errnoOf(error) ?? 'unknown';
  }
}

/** The real path of a program: the cache knows it by that, whichever name it is called by. */
function findBinary(binary: string): string | undefined {
  const found = findTool(binary);
  return found && realpathSync(found);
}
