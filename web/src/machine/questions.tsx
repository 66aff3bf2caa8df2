import { useSignal } from '@preact/signals';
import { Dialog } from '../frame/dialog.tsx';
import { Failure } from '../frame/failure.tsx';
import { Check, Field } from '../frame/field.tsx';
import { go, route } from '../frame/route.ts';
import { ask, failureOf, type Failure as Why } from '../state/act.ts';
import { draftOf, dropDraft, fileDraft, keepDraft } from '../state/drafts.ts';
import { world } from '../state/world.ts';
import { useAnswer } from './answer.ts';
import { type Asked, question } from './deeds.ts';
import { ForkQuestion } from './fork-question.tsx';

/** What is asked before a machine is kept, forked, put back, killed, renamed or removed. */
export function Questions() {
  const asked = question.value;
  if (!asked) return null;
  const close = () => {
    question.value = undefined;
  };
  const props = { asked, close };
  switch (asked.kind) {
    case 'snapshot':
      return <SnapshotQuestion {...props} />;
    case 'fork':
      return <ForkQuestion {...props} />;
    case 'restore':
      return <RestoreQuestion {...props} />;
    case 'kill':
      return <KillQuestion {...props} />;
    case 'rename':
      return <RenameQuestion {...props} />;
    case 'remove':
      return <RemoveQuestion {...props} />;
  }
}

function SnapshotQuestion({ asked: { machine }, close }: Asked) {
  const called = useSignal('');
  const { why, busy, answer } = useAnswer(close);
  return (
    <Dialog title={`Snapshot of ${machine}`} close={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const snapshot = called.value.trim();
          answer('snapshot.create', machine, { name: machine, ...(snapshot && { snapshot }) });
        }}
      >
        <p class="quiet">Keeps memory, devices and disks as they are now. The machine goes on.</p>
        <Field label="Name" about="s1, s2, … if empty">
          <input
            value={called}
            placeholder="before-upgrade"
            onInput={(event) => {
              called.value = event.currentTarget.value;
            }}
          />
        </Field>
        <Failure why={why.value} />
        <p class="ends">
          <button type="submit" class="first" disabled={busy.value}>
            {busy.value ? 'Keeping …' : 'Snapshot'}
          </button>
        </p>
      </form>
    </Dialog>
  );
}

function RestoreQuestion({ asked: { machine, snapshot = '' }, close }: Asked) {
  const state = world.value.machines?.get(machine)?.state;
  const alive = state !== 'stopped' && state !== 'failed';
  const { why, busy, answer } = useAnswer(close);
  return (
    <Dialog title={`Put ${machine} back to @${snapshot}`} close={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          answer('snapshot.restore', machine, { name: machine, snapshot, ...(alive && { force: true }) });
        }}
      >
        <p>
          {alive
            ? `It is ${state}: what it has done since is given up. `
            : 'What its disks hold since is given up. '}
          It goes on from the snapshot.
        </p>
        <Failure why={why.value} />
        <p class="ends">
          <button type="submit" class="danger" disabled={busy.value}>
            {busy.value ? 'Restoring …' : 'Restore'}
          </button>
        </p>
      </form>
    </Dialog>
  );
}

function KillQuestion({ asked: { machine }, close }: Asked) {
  const { why, busy, answer } = useAnswer(close);
  return (
    <Dialog title={`Kill ${machine}`} close={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          answer('machine.kill', machine, { name: machine });
        }}
      >
        <p>It pulls the plug: what the guest holds in memory is lost, and its disks are left as they are.</p>
        <Failure why={why.value} />
        <p class="ends">
          <button type="submit" class="danger" disabled={busy.value}>
            Kill {machine}
          </button>
        </p>
      </form>
    </Dialog>
  );
}

function RenameQuestion({ asked: { machine }, close }: Asked) {
  const to = useSignal(machine);
  const why = useSignal<Why | undefined>(undefined);
  const rename = async (event: Event) => {
    event.preventDefault();
    try {
      await ask('machine.rename', { name: machine, to: to.value.trim() });
      const draft = draftOf(fileDraft(machine));
      if (draft) keepDraft(fileDraft(to.value.trim()), draft);
      dropDraft(fileDraft(machine));
    } catch (error) {
      why.value = failureOf(error);
      return;
    }
    close();
    const at = route.value;
    if (at.place === 'machine' && at.name === machine) go({ ...at, name: to.value.trim() });
  };
  return (
    <Dialog title={`Rename ${machine}`} close={close}>
      <form onSubmit={rename}>
        <Field label="New name">
          <input
            required
            value={to}
            onInput={(event) => {
              to.value = event.currentTarget.value;
            }}
          />
        </Field>
        <Failure why={why.value} />
        <p class="ends">
          <button type="submit" class="first" disabled={to.value.trim() === machine}>
            Rename
          </button>
        </p>
      </form>
    </Dialog>
  );
}

function RemoveQuestion({ asked: { machine }, close }: Asked) {
  const force = useSignal(false);
  const why = useSignal<Why | undefined>(undefined);
  const runs = world.value.machines?.get(machine)?.pid !== undefined;
  const remove = async (event: Event) => {
    event.preventDefault();
    try {
      await ask('machine.remove', { name: machine, ...(force.value && { force: true }) });
      dropDraft(fileDraft(machine));
    } catch (error) {
      why.value = failureOf(error);
      return;
    }
    close();
    const at = route.value;
    if (at.place === 'machine' && at.name === machine) go({ place: 'shelf' });
  };
  return (
    <Dialog title={`Remove ${machine}`} close={close}>
      <form onSubmit={remove}>
        <p>Its disks, snapshots and logs go with it. There is no way back.</p>
        <Check
          label={runs ? 'It runs: kill it first' : 'Also where forks lie on its snapshots'}
          about="What forks need of its disks stays."
          checked={force.value}
          change={(on) => {
            force.value = on;
          }}
        />
        <Failure why={why.value} />
        <p class="ends">
          <button type="submit" class="danger" disabled={runs && !force.value}>
            Remove {machine}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
