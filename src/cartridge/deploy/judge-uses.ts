import type { BlockDevice } from '../../host/block/devices.ts';
import type { Use } from '../../host/block/uses.ts';
import { seeOthers, type Verdict } from './verdict.ts';

type Mounted = Extract<Use, { by: 'mount' }>;

/** Where the running system is. */
const systems = /^\/(boot(\/efi)?|efi|usr(\/.*)?)?$/;

/** Says that the running system is on a device, which may be through what is built on it. */
export function judgeSystem(uses: readonly Use[]): Verdict | undefined {
  const mounts = uses.filter((use) => use.by === 'mount');
  const system = mounts.find(({ at, seenBy }) => seenBy === undefined && systems.test(at));
  if (!system) return undefined;
  const problem = `holds the running system: ${mountText(system)}`;
  return { reason: 'system', problem, next: seeOthers };
}

/** Says who uses a device. @returns undefined where nobody does */
export function judgeUses(uses: readonly Use[]): Verdict | undefined {
  const others = uses.filter((use) => use.by !== 'mount');
  return judgeMounts(uses.filter((use) => use.by === 'mount')) ?? (others[0] && judgeOther(others[0]));
}

function judgeMounts(mounts: Mounted[]): Verdict | undefined {
  const ours = mounts.find(({ seenBy }) => seenBy === undefined);
  const first = ours ?? mounts[0];
  if (!first) return undefined;
  const more = mounts.length > 1 ? `, and ${mounts.length - 1} more` : '';
  const next = ours ? `Unmount it: umount ${quoted(first.at)}` : `Let process ${first.seenBy} end.`;
  return { reason: 'mounted', problem: `is in use: ${mountText(first)}${more}`, next };
}

function judgeOther(use: Exclude<Use, Mounted>): Verdict {
  const name = nameOf(use.device);
  switch (use.by) {
    case 'btrfs':
      return { reason: 'mounted', problem: `is in use: ${name} is part of a mounted btrfs`, next: seeOthers };
    case 'swap':
      return {
        reason: 'swap',
        problem: `is in use: ${name} is swap`,
        next: `Free it: swapoff ${use.device.path}`,
      };
    case 'holder':
      return {
        reason: 'held',
        problem: `is in use: ${name} carries ${holderText(use.holder)}`,
        next: `Take that apart: ${closing(use.holder)}`,
      };
    case 'loop': {
      const { path } = use.holder;
      return {
        reason: 'held',
        problem: `is in use: ${path} stands for ${name}`,
        next: `Free it: losetup -d ${path}`,
      };
    }
    case 'opener': {
      const { command, pid } = use.opener;
      return {
        reason: 'open',
        problem: `is in use: ${command} (process ${pid}) has ${name} open for writing`,
        next: 'Let that end, then try again.',
      };
    }
  }
}

const nameOf = ({ kind, name, label }: BlockDevice): string => (kind === 'mapped' ? (label ?? name) : name);

function holderText(holder: BlockDevice): string {
  if (holder.kind === 'raid') return `the RAID ${holder.name}`;
  const what: Record<string, string> = { CRYPT: 'the encrypted', LVM: 'the logical volume' };
  return `${what[holder.mapper ?? ''] ?? 'the mapping'} ${nameOf(holder)}`;
}

function closing(holder: BlockDevice): string {
  if (holder.kind === 'raid') return `mdadm --stop ${holder.path}`;
  if (holder.mapper === 'CRYPT') return `cryptsetup close ${holder.label}`;
  return holder.mapper === 'LVM'
    ? `lvchange -an /dev/mapper/${holder.label}`
    : `dmsetup remove ${holder.label}`;
}

function mountText({ device, at, seenBy }: Mounted): string {
  const where = seenBy === undefined ? '' : ` in the mount namespace of process ${seenBy}`;
  return `${nameOf(device)} is mounted on ${at}${where}`;
}

const quoted = (path: string): string =>
  /^[\w./:@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
