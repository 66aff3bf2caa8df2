import { useState } from 'preact/hooks';
import { enter, refused } from '../state/session.ts';
import { Field } from './field.tsx';

/** Asks for a token: nothing of the host is shown before. */
export function Login() {
  const [token, setToken] = useState('');
  return (
    <main class="login">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim()) enter(token.trim());
        }}
      >
        <h1 class="mono">
          vivarium
          <span class="cursor lost" aria-hidden="true" />
        </h1>
        {refused.value && (
          <p class="bad" role="alert">
            {refused.value}
          </p>
        )}
        <Field
          label="Token"
          about={
            <>
              One is made on the host: <code>vm token create NAME --scope control</code>
            </>
          }
        >
          <input
            type="password"
            autocomplete="current-password"
            required
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </Field>
        <button type="submit" class="first">
          Open
        </button>
      </form>
    </main>
  );
}
