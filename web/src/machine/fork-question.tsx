import { useSignal } from '@preact/signals';
import { Dialog } from '../frame/dialog.tsx';
import { Failure } from '../frame/failure.tsx';
import { Check, Field } from '../frame/field.tsx';
import { useAnswer } from './answer.ts';
import type { Asked } from './deeds.ts';

/** How many forks, what they are called, and whether they stay. */
export function ForkQuestion({ asked: { machine, snapshot }, close }: Asked) {
  const count = useSignal(1);
  const names = useSignal('');
  const identity = useSignal(false);
  const ephemeral = useSignal(false);
  const { why, busy, answer } = useAnswer(close);
  const from = snapshot === undefined ? machine : `${machine}@${snapshot}`;
  const fork = (event: Event) => {
    event.preventDefault();
    const called = names.value.trim();
    answer('machine.fork', machine, {
      from,
      ...(called && (called.includes('%') ? { name: called } : { names: called.split(/[\s,]+/) })),
      ...((!called || called.includes('%')) && { count: count.value }),
      ...(identity.value && { identity: true }),
      ...(ephemeral.value && { ephemeral: true }),
    });
  };
  return (
    <Dialog title={`Fork ${from}`} close={close}>
      <form onSubmit={fork}>
        <p class="quiet">
          New machines that go on {snapshot === undefined ? 'where it is now' : 'from that instant'}, and
          share its memory and disks until they write.
        </p>
        <div class="pair">
          <Field label="How many">
            <input
              type="number"
              min="1"
              max="10000"
              required
              value={count}
              onInput={(event) => {
                count.value = event.currentTarget.valueAsNumber || 1;
              }}
            />
          </Field>
          <Field label="Names" about={`a pattern with %d, or names; ${machine}-%d if empty`}>
            <input
              value={names}
              placeholder={`${machine}-%d`}
              onInput={(event) => {
                names.value = event.currentTarget.value;
              }}
            />
          </Field>
        </div>
        <Check
          label="An identity of its own for each"
          about="Host name, machine id, ssh host keys; needs the guest agent."
          checked={identity.value}
          change={(on) => {
            identity.value = on;
          }}
        />
        <Check
          label="Remove each when it stops"
          checked={ephemeral.value}
          change={(on) => {
            ephemeral.value = on;
          }}
        />
        <Failure why={why.value} />
        <p class="ends">
          <button type="submit" class="first" disabled={busy.value}>
            {busy.value ? 'Forking …' : 'Fork'}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
