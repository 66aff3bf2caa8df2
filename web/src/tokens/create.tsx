import { useSignal } from '@preact/signals';
import { type Access, accessLevels, type NewToken } from '../engine.ts';
import { Dialog } from '../frame/dialog.tsx';
import { Failure } from '../frame/failure.tsx';
import { Field } from '../frame/field.tsx';
import { ask, failureOf, type Failure as Why } from '../state/act.ts';

const abouts: Record<Access, string> = {
  read: 'see lists and states, usage and events',
  console: 'and sit at consoles and screens, read logs, run things in guests',
  control: 'and make, start, stop, snapshot, fork and remove machines, within limits',
  admin: 'everything, files of the host too',
};

const texts = {
  name: '',
  machines: '',
  images: '',
  maxMachines: '',
  maxMemory: '',
  maxDisk: '',
  expires: '',
};

/** What a new token may do, with what, and how much of it. */
export function CreateQuestion({ close, done }: { close: () => void; done: (token: NewToken) => void }) {
  const scope = useSignal<Access>('read');
  const network = useSignal<'user' | 'none'>('user');
  const text = useSignal(texts);
  const why = useSignal<Why | undefined>(undefined);
  const create = async (event: Event) => {
    event.preventDefault();
    const { name, machines, images, maxMachines, maxMemory, maxDisk, expires } = text.value;
    const words = (list: string) => list.split(/[\s,]+/).filter((word) => word !== '');
    try {
      done(
        await ask('token.create', {
          name: name.trim(),
          scope: scope.value,
          network: network.value,
          ...(words(machines).length > 0 && { machines: words(machines) }),
          ...(words(images).length > 0 && { images: words(images) }),
          ...(maxMachines.trim() && { maxMachines: Number(maxMachines) }),
          ...(maxMemory.trim() && { maxMemory: maxMemory.trim() }),
          ...(maxDisk.trim() && { maxDisk: maxDisk.trim() }),
          ...(expires.trim() && { expires: expires.trim() }),
        }),
      );
    } catch (error) {
      why.value = failureOf(error);
    }
  };
  const bind = (key: keyof typeof texts) => ({
    value: text.value[key],
    onInput: (event: { currentTarget: HTMLInputElement }) => {
      text.value = { ...text.value, [key]: event.currentTarget.value };
    },
  });
  return (
    <Dialog title="New token" close={close} wide>
      <form onSubmit={create} onKeyDown={onlyWithCtrl}>
        <Field label="Name" about="for whom or what it is">
          <input required placeholder="game" {...bind('name')} />
        </Field>
        <fieldset>
          <legend class="name">Scope</legend>
          {accessLevels.map((level) => (
            <label key={level} class="check">
              <input
                type="radio"
                name="scope"
                checked={scope.value === level}
                onChange={() => {
                  scope.value = level;
                }}
              />
              <span>
                <b class="mono">{level}</b> <span class="quiet">{abouts[level]}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <div class="pair">
          <Field label="Machines" about="names; * and ? stand for letters; all if empty">
            <input placeholder="game-*" {...bind('machines')} />
          </Field>
          <Field label="Images" about="all if empty">
            <input placeholder="tiny debian" {...bind('images')} />
          </Field>
        </div>
        <div class="pair three">
          <Field label="Most machines">
            <input type="number" min="0" placeholder="no limit" {...bind('maxMachines')} />
          </Field>
          <Field label="Most memory">
            <input placeholder="no limit" {...bind('maxMemory')} />
          </Field>
          <Field label="Most disk">
            <input placeholder="no limit" {...bind('maxDisk')} />
          </Field>
        </div>
        <div class="pair">
          <Field label="Network of its machines">
            <select
              value={network.value}
              onChange={(event) => {
                network.value = event.currentTarget.value as 'user' | 'none';
              }}
            >
              <option>user</option>
              <option>none</option>
            </select>
          </Field>
          <Field label="Good for" about="as 30d; for ever if empty">
            <input {...bind('expires')} />
          </Field>
        </div>
        <Failure why={why.value} />
        <p class="ends">
          <button type="submit" class="first">
            Make the token <kbd>Ctrl Enter</kbd>
          </button>
        </p>
      </form>
    </Dialog>
  );
}

/** Enter in a field makes nothing: what is made here lets somebody in. */
function onlyWithCtrl(event: KeyboardEvent & { currentTarget: HTMLFormElement }): void {
  if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
  event.preventDefault();
  if (event.ctrlKey || event.metaKey) event.currentTarget.requestSubmit();
}
