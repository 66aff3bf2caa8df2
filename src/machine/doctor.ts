import { existsSync, statfsSync } from 'node:fs';
import type { Scope } from '../base/scope.ts';
import { roundSize } from '../base/sizes.ts';
import { findTool } from '../host/find-tool.ts';
import { installCommand } from '../host/package-manager.ts';
import { type DebianNeeds, imageNeeds, lackingForDebian, liveNeeds } from '../image/debian-host.ts';
import type { Finding } from '../protocol/views.ts';
import { probeAccelerator } from '../qemu/accelerator.ts';
import { qemuName } from '../qemu/binary.ts';
import { findUefi } from '../qemu/firmware-files.ts';
import { qemuVersion } from '../qemu/version.ts';
import type { Home } from './home.ts';
import { listMachines } from './machine.ts';

/**
 * Says what this host has, what it lacks and what to do about it. Changes nothing.
 * @param fresh tries the accelerators again, whatever was found before
 */
export async function doctor(scope: Scope, home: Home, fresh: boolean): Promise<Finding[]> {
  return [
    node(),
    ...(await qemu(scope, home, fresh)),
    tool('qemu-img', 'qemu-img', 'to make disks'),
    tool('runsv', 'runit', 'to supervise machines'),
    tool('socat', 'socat', 'to ask a guest to power off'),
    tool('flock', 'flock', 'to lock machines'),
    tool('stdbuf', 'coreutils', 'to keep logs'),
    tool('ssh', 'ssh', 'to log in to guests', 'warning'),
    tool('ssh-keygen', 'ssh', 'to make the keys of machines', 'warning'),
    tool('tar', 'tar', 'to copy into guests', 'warning'),
    ...['xz', 'zstd', 'bzip2', 'lz4'].map((name) =>
      tool(name, name, 'to unpack kernels and images', 'warning'),
    ),
    tool('xorriso', 'xorriso', 'to tell guests at their first boot what they are', 'warning'),
    uefi(),
    tool('busybox', 'busybox', 'to build the tiny guest', 'warning'),
    ...debian('mmdebstrap', imageNeeds),
    ...debian('grub-mkrescue', liveNeeds),
    machines(home),
  ];
}

function node(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  const found = `Node ${process.versions.node} at ${process.execPath}`;
  if (major >= 24) return { what: 'node', state: 'ok', found };
  return { what: 'node', state: 'warning', found, advice: 'Node 24 or newer is wanted: run ./bootstrap' };
}

async function qemu(scope: Scope, home: Home, fresh: boolean): Promise<Finding[]> {
  const binary = findTool(qemuName);
  if (!binary) return [tool(qemuName, 'qemu', 'to run machines')];
  const version = (await qemuVersion(scope, binary)) ?? 'of an unknown version';
  const old = Number.parseFloat(version) < 7.2;
  const report = await probeAccelerator(scope, { binary, cache: home.cache, fresh });
  return [
    {
      what: qemuName,
      state: old ? 'warning' : 'ok',
      found: `QEMU ${version} at ${binary}`,
      ...(old && { advice: 'QEMU 7.2 to 11 are tested; older ones lack what is used here.' }),
    },
    ...report.candidates.map(
      ({ name, usable, reason }): Finding => ({
        what: name,
        state: usable ? 'ok' : 'warning',
        found: usable && name === report.accelerator ? `${reason}; machines take it` : reason,
      }),
    ),
  ];
}

function uefi(): Finding {
  const found = findUefi();
  if (found) return { what: 'uefi', state: 'ok', found: found.code };
  return missing('uefi', 'ovmf', 'to boot by UEFI', 'warning');
}

/** What builds a Debian, shown by one of its tools, or all of it that is not there. */
function debian(shown: string, needs: DebianNeeds): Finding[] {
  const lacking = lackingForDebian(needs);
  if (lacking.length === 0) return [tool(shown, needs.tools[shown] ?? shown, needs.purpose)];
  return lacking.map(({ tool, need }) => missing(tool, need, needs.purpose, 'warning'));
}

function machines(home: Home): Finding {
  if (!existsSync(home.directory)) {
    return { what: 'machines', state: 'ok', found: `${home.directory} will be made with the first machine` };
  }
  const { bavail, bsize } = statfsSync(home.directory);
  const free = bavail * bsize;
  return {
    what: 'machines',
    state: free < 2 ** 30 ? 'warning' : 'ok',
    found: `${listMachines(home).length} in ${home.directory}, where ${roundSize(free)} are free`,
  };
}

function tool(name: string, need: string, purpose: string, otherwise: Finding['state'] = 'missing'): Finding {
  const path = findTool(name);
  return path ? { what: name, state: 'ok', found: path } : missing(name, need, purpose, otherwise);
}

function missing(what: string, need: string, purpose: string, state: Finding['state']): Finding {
  const install = installCommand(need);
  return {
    what,
    state,
    found: `not installed; it is needed ${purpose}`,
    advice: install ?? `Install ${need} with your package manager.`,
  };
}
