import { useSignal } from '@preact/signals';
import type { NewToken } from '../engine.ts';
import { Dialog } from '../frame/dialog.tsx';
import { Field } from '../frame/field.tsx';

/** The secret of a token that was just made: shown this once. */
export function Secret({ token: { name, secret }, close }: { token: NewToken; close: () => void }) {
  const copied = useSignal<string | undefined>(undefined);
  const link = `${location.origin}/#token=${encodeURIComponent(secret)}`;
  const copy = async (text: string, what: string) => {
    try {
      await navigator.clipboard.writeText(text);
      copied.value = `${what} is copied.`;
    } catch {
      copied.value = 'The browser gives no clipboard here: select it and copy.';
    }
  };
  return (
    <Dialog title={`Token ${name}`} close={close} wide>
      <div class="form">
        <p>
          This is shown <b>once</b>: only its hash is kept.
        </p>
        <Field label="Secret">
          <input readOnly value={secret} onFocus={(event) => event.currentTarget.select()} />
        </Field>
        <Field label="Link to this page with it">
          <input readOnly value={link} onFocus={(event) => event.currentTarget.select()} />
        </Field>
        <p role="status" class="quiet">
          {copied.value}
        </p>
        <p class="ends">
          <button type="button" onClick={() => copy(link, 'The link')}>
            Copy the link
          </button>
          <button type="button" class="first" onClick={() => copy(secret, 'The secret')}>
            Copy the secret
          </button>
        </p>
      </div>
    </Dialog>
  );
}
