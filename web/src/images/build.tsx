import { useSignal } from '@preact/signals';
import { Dialog } from '../frame/dialog.tsx';
import { Check, Field } from '../frame/field.tsx';
import { act } from '../state/act.ts';

const recipes = {
  tiny: 'A kernel and a shell: a few megabytes, boots in seconds.',
  debian: 'Debian with systemd, ssh and cloud-init: some minutes and 500 MB.',
} as const;

/** Which recipe, and what differs from it. */
export function BuildQuestion({ close }: { close: () => void }) {
  const recipe = useSignal<keyof typeof recipes>('tiny');
  const name = useSignal('');
  const packages = useSignal('');
  const rebuild = useSignal(false);
  const build = (event: Event) => {
    event.preventDefault();
    close();
    const called = name.value.trim();
    const more = packages.value.split(/[\s,]+/).filter((word) => word !== '');
    act('image.build', called || recipe.value, {
      recipe: recipe.value,
      ...(called && { name: called }),
      ...(recipe.value === 'debian' && more.length > 0 && { packages: more }),
      ...(rebuild.value && { rebuild: true }),
    });
  };
  return (
    <Dialog title="Build an image" close={close}>
      <form onSubmit={build}>
        <fieldset>
          <legend class="unseen">Recipe</legend>
          {Object.entries(recipes).map(([known, about]) => (
            <label key={known} class="check">
              <input
                type="radio"
                name="recipe"
                checked={recipe.value === known}
                onChange={() => {
                  recipe.value = known as keyof typeof recipes;
                }}
              />
              <span>
                <b class="mono">{known}</b>
                <span class="about">{about}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <Field label="Name">
          <input
            placeholder={recipe.value}
            value={name}
            onInput={(event) => {
              name.value = event.currentTarget.value;
            }}
          />
        </Field>
        {recipe.value === 'debian' && (
          <Field label="More packages">
            <input
              placeholder="nginx git"
              value={packages}
              onInput={(event) => {
                packages.value = event.currentTarget.value;
              }}
            />
          </Field>
        )}
        <Check
          label="Build even when nothing has changed"
          checked={rebuild.value}
          change={(on) => {
            rebuild.value = on;
          }}
        />
        <p class="ends">
          <button type="submit" class="first">
            Build
          </button>
        </p>
      </form>
    </Dialog>
  );
}
