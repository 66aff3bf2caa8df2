import * as z from 'zod/mini';
import { namePattern } from '../base/names.ts';
import { hardwareFlags, networkFlag } from './hardware-flags.ts';
import { argument, flag, operation, remaining } from './operation.ts';
import { imageName, name } from './values.ts';
import type {
  ForkReport,
  MachineState,
  SnapshotDetail,
  SnapshotVerification,
  SnapshotView,
  StartReport,
  SuspendReport,
} from './views.ts';

const live: MachineState[] = ['running', 'paused'];
const saveErrors = ['machine-state', 'save-unfit', 'share-mounted', 'save-failed', 'disk-full'] as const;

/** `web`, or `web@before-upgrade`. */
const source = z
  .string()
  .check(
    z.refine(
      (text) => text.split('@').length <= 2 && text.split('@').every((part) => namePattern.test(part)),
      'must be the name of a machine, or MACHINE@SNAPSHOT',
    ),
  );

const machine = argument(source, 'the machine, or MACHINE@SNAPSHOT', 'NAME[@SNAPSHOT]', { names: 'machine' });
const snapshot = (about: string) => argument(z.optional(name), about, 'SNAPSHOT');

/** What machines that go on from one instant are called, how many there are, and what becomes of each. */
const newMachines = (source: string, least: 0 | 1) => ({
  names: remaining(z.optional(z.array(name)), 'what to call the new machines', 'NEW', {
    names: 'machine-to-be',
  }),
  count: flag(
    z.optional(z.int().check(z.minimum(least), z.maximum(10_000))),
    least === 0 ? 'how many; 0 only has later ones be on at once' : 'how many',
    { placeholder: 'N', short: 'n' },
  ),
  name: flag(
    z.optional(
      z.string().check(z.regex(/^[^%]*%(?:0\d+)?d[^%]*$/, 'must have one %d (or %03d) for the number')),
    ),
    `what to call them, %d is a number: worker-%d; ${source}-%d if not said`,
    { placeholder: 'PATTERN' },
  ),
  identity: flag(
    z.optional(z.boolean()),
    'give each a host name, machine id and ssh host keys of its own (needs the guest agent)',
  ),
  ephemeral: flag(z.optional(z.boolean()), 'remove each when it stops', { short: 'e' }),
});

export const snapshotOperations = {
  'snapshot.create': operation<SnapshotView>()(
    () => ({ name: machine, snapshot: snapshot('what to call it; s1, s2, … if not said') }),
    {
      summary: 'Keep memory, devices and disks of a machine as they are now; it goes on',
      access: 'control',
      states: live,
      errors: [...saveErrors, 'snapshot-exists', 'name-invalid'],
      timeout: 600_000,
    },
  ),
  'snapshot.list': operation<SnapshotView[]>()(
    () => ({ name: argument(z.optional(name), 'only those of this machine', 'NAME', { names: 'machine' }) }),
    { summary: 'List the snapshots', access: 'read', errors: ['machine-not-found'] },
  ),
  'snapshot.show': operation<SnapshotDetail>()(
    () => ({ name: machine, snapshot: snapshot('the newest if not said') }),
    {
      summary: 'Show all about a snapshot',
      access: 'read',
      errors: ['snapshot-not-found', 'snapshot-broken'],
    },
  ),
  'snapshot.remove': operation<{ name: string; snapshot: string; freed: number }>()(
    () => ({
      name: machine,
      snapshot: argument(z.optional(name), 'the snapshot', 'SNAPSHOT'),
      force: flag(z.optional(z.boolean()), 'also where forks need it: what they need of it stays', {
        short: 'f',
      }),
    }),
    {
      summary: 'Remove a snapshot, and free what nobody needs any more',
      access: 'control',
      errors: ['snapshot-not-found', 'snapshot-in-use'],
      timeout: 120_000,
    },
  ),
  'snapshot.restore': operation<StartReport>()(
    () => ({
      name: machine,
      snapshot: snapshot('the newest if not said'),
      force: flag(z.optional(z.boolean()), 'also where it runs or is suspended: give that up', {
        short: 'f',
      }),
    }),
    {
      summary: 'Put a machine back to a snapshot, and have it go on from there',
      access: 'control',
      errors: [
        'machine-state',
        'snapshot-not-found',
        'snapshot-broken',
        'state-unfit',
        'resume-failed',
        'disk-full',
      ],
      timeout: 120_000,
    },
  ),
  'snapshot.verify': operation<SnapshotVerification[]>()(
    () => ({
      name: argument(z.optional(source), 'only those of this machine, or this one', 'NAME[@SNAPSHOT]', {
        names: 'machine',
      }),
      snapshot: snapshot('only this one'),
    }),
    {
      summary: 'Prove that snapshots are whole: their files, and the disks below them',
      access: 'control',
      errors: ['machine-not-found', 'snapshot-not-found'],
      timeout: 3_600_000,
    },
  ),
  'machine.fork': operation<ForkReport>()(
    () => ({
      from: argument(source, 'the machine as it is now, or one of its snapshots', 'NAME[@SNAPSHOT]', {
        names: 'machine',
      }),
      ...newMachines('NAME', 1),
    }),
    {
      summary: 'Make new machines that go on where a machine is now',
      access: 'control',
      states: live,
      errors: [
        ...saveErrors,
        'machine-exists',
        'name-invalid',
        'snapshot-not-found',
        'snapshot-broken',
        'state-unfit',
        'resume-failed',
        'agent-missing',
      ],
      timeout: 600_000,
    },
  ),
  'machine.launch': operation<ForkReport>()(
    () => ({
      image: argument(imageName, 'the image', 'IMAGE', { names: 'image' }),
      ...newMachines('IMAGE', 0),
      ...hardwareFlags(),
      network: networkFlag(),
    }),
    {
      summary: 'Have machines of an image that are on at once',
      access: 'control',
      errors: [
        'image-not-found',
        'image-broken',
        'machine-exists',
        'machine-state',
        'machine-ended',
        'name-invalid',
        'warm-name-taken',
        'qemu-failed',
        'save-unfit',
        'save-failed',
        'agent-missing',
        'disk-full',
        'timeout',
      ],
      timeout: 600_000,
    },
  ),
  'machine.suspend': operation<SuspendReport>()(
    () => ({ name: argument(name, 'the machine', 'NAME', { names: 'machine' }) }),
    {
      summary: 'Save a machine to disk and end its QEMU; start goes on from there',
      access: 'control',
      states: live,
      errors: [...saveErrors, 'timeout'],
      timeout: 600_000,
    },
  ),
};
