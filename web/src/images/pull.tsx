import { useSignal } from '@preact/signals';
import { Dialog } from '../frame/dialog.tsx';
import { Failure } from '../frame/failure.tsx';
import { Field } from '../frame/field.tsx';
import { act, ask } from '../state/act.ts';
import { useAsked } from '../state/asked.ts';

/** What the catalogue offers, or any URL. */
export function PullQuestion({ close }: { close: () => void }) {
  const catalogue = useAsked(() => ask('image.catalogue', {}), []);
  const from = useSignal('');
  const name = useSignal('');
  const pull = (event: Event) => {
    event.preventDefault();
    close();
    const [what, called] = [from.value.trim(), name.value.trim()];
    act('image.pull', called || what, { from: what, ...(called && { name: called }) });
  };
  return (
    <Dialog title="Pull an image" close={close} wide>
      <form onSubmit={pull}>
        <Failure why={catalogue.why.value} />
        <ul class="catalogue" aria-label="Catalogue">
          {catalogue.value.value?.map((entry) => (
            <li key={entry.name}>
              <label>
                <input
                  type="radio"
                  name="entry"
                  checked={from.value === entry.name}
                  onChange={() => {
                    from.value = entry.name;
                  }}
                />
                <b class="mono">{entry.name}</b>
                <span>{entry.about}</span>
                <span class="quiet">{entry.kind}</span>
              </label>
            </li>
          ))}
        </ul>
        <Field label="Name of the catalogue, or a URL">
          <input
            required
            value={from}
            placeholder="https://…/disk.qcow2"
            onInput={(event) => {
              from.value = event.currentTarget.value;
            }}
          />
        </Field>
        <Field label="Name here" about="that of the catalogue or the file, if empty">
          <input
            value={name}
            onInput={(event) => {
              name.value = event.currentTarget.value;
            }}
          />
        </Field>
        <p class="ends">
          <button type="submit" class="first">
            Pull
          </button>
        </p>
      </form>
    </Dialog>
  );
}
