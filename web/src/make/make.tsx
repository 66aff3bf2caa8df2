import './make.css';
import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Operations, ParametersOf } from '../engine.ts';
import { Failure } from '../frame/failure.tsx';
import { Check, Field } from '../frame/field.tsx';
import { go, writeRoute } from '../frame/route.ts';
import { isAdmin, may } from '../state/access.ts';
import { act, ask, failureOf, type Failure as Why } from '../state/act.ts';
import { useAsked } from '../state/asked.ts';
import { draftOf, dropDraft, keepDraft } from '../state/drafts.ts';
import { machines, world } from '../state/world.ts';
import { type Draft, emptyDraft, isBlank, parametersOf } from './draft.ts';
import { freeName } from './free-name.ts';
import { typed } from './typed.ts';

/** What its draft is kept by. */
const place = 'new machine';

/** Makes a machine: of an image, of an ISO on the host, or of nothing but an empty disk. */
export default function Make({ image }: { image?: string | undefined }) {
  const images = useAsked(() => ask('image.list', {}), [world.value.images]);
  const draft = useSignal<Draft>({
    ...emptyDraft,
    ...draftOf<Draft>(place),
    ...(image && { image, source: 'image' }),
  });
  const start = useSignal(true);
  const why = useSignal<Why | undefined>(undefined);
  const busy = useSignal(false);
  const { value } = draft;
  const set = (changes: Partial<Draft>) => {
    draft.value = { ...draft.value, ...changes };
  };
  const type = (changes: Partial<Draft>) => {
    set(changes);
    if (isBlank(draft.value)) dropDraft(place);
    else keepDraft(place, draft.value);
  };
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('select, input:not([type=radio])')?.focus();
  }, []);
  const ready = useComputed(() => images.value.value?.filter(({ state }) => state === 'ready') ?? []);
  useEffect(() => {
    const first = ready.value[0];
    if (draft.value.source === 'image' && !draft.value.image && first) set({ image: first.name });
  }, [ready.value]);
  const base =
    value.source === 'image' ? value.image : (value.iso.split('/').pop() ?? '').replace(/\.iso$/i, '');
  const usual = freeName(
    base,
    machines.value.map(({ name }) => name),
  );
  const make = async (event: Event) => {
    event.preventDefault();
    const name = value.name.trim() || usual;
    busy.value = true;
    try {
      await ask('machine.make', parametersOf({ ...value, name }) as ParametersOf<Operations['machine.make']>);
    } catch (error) {
      why.value = failureOf(error);
      return;
    } finally {
      busy.value = false;
    }
    dropDraft(place);
    go({ place: 'machine', name, tab: value.display === 'vnc' ? 'screen' : 'console' });
    if (start.value && value.source !== 'iso') act('machine.start', name, { name });
  };
  return (
    <section class="page make" aria-labelledby="make">
      <h1 id="make">New machine</h1>
      <form onSubmit={make} ref={form}>
        <fieldset class="source">
          <legend class="name">Made of</legend>
          {(['image', 'iso', 'nothing'] as const)
            .filter((source) => source !== 'iso' || isAdmin.value)
            .map((source) => (
              <label key={source} class="check">
                <input
                  type="radio"
                  name="source"
                  checked={value.source === source}
                  onChange={() => type({ source })}
                />
                <span>
                  {{ image: 'an image', iso: 'an ISO of the host', nothing: 'an empty disk' }[source]}
                </span>
              </label>
            ))}
        </fieldset>
        <Failure why={images.why.value} />
        {value.source === 'image' && (
          <Field
            label="Image"
            about={
              ready.value.length === 0 ? (
                <>
                  There is none yet: <a href={writeRoute({ place: 'images' })}>build or pull one</a>
                </>
              ) : undefined
            }
          >
            <select
              required
              value={value.image}
              onChange={(event) => type({ image: event.currentTarget.value })}
            >
              {ready.value.map(({ name, kind }) => (
                <option key={name} value={name}>
                  {name}
                  {kind ? ` (${kind})` : ''}
                </option>
              ))}
            </select>
          </Field>
        )}
        {value.source === 'iso' && (
          <Field label="ISO" about="A path on the host; it is booted once when the machine is made.">
            <input
              required
              placeholder="/srv/iso/debian.iso"
              value={value.iso}
              onInput={(event) => type({ iso: event.currentTarget.value })}
            />
          </Field>
        )}
        <Field label="Name">
          <input
            placeholder={usual}
            value={value.name}
            autocapitalize="off"
            onInput={(event) => type({ name: event.currentTarget.value })}
          />
        </Field>
        <div class="pair three">
          <Text label="CPUs" usual="1" field="cpus" draft={value} set={type} />
          <Text label="Memory" usual="1G" field="memory" draft={value} set={type} />
          <Text
            label="Disk"
            usual={value.source === 'image' ? "the image's" : '20G'}
            field="disk"
            draft={value}
            set={type}
          />
        </div>
        <div class="pair">
          <Field label="Network">
            <select value={value.network} onChange={(event) => type({ network: event.currentTarget.value })}>
              <option value="">as the image has it</option>
              <option>user</option>
              <option>none</option>
            </select>
          </Field>
          <Text label="Ports" usual="8080:80 auto:22" field="forward" draft={value} set={type} />
        </div>
        <div class="pair">
          <Field label="Display" about="vnc is what the Screen here shows live">
            <select value={value.display} onChange={(event) => type({ display: event.currentTarget.value })}>
              <option>vnc</option>
              <option>none</option>
            </select>
          </Field>
          <Field label="Firmware">
            <select
              value={value.firmware}
              onChange={(event) => type({ firmware: event.currentTarget.value })}
            >
              <option>bios</option>
              <option>uefi</option>
            </select>
          </Field>
        </div>
        {value.source === 'image' && (
          <details>
            <summary>What the guest is told at its first boot</summary>
            <p class="quiet">For images that cloud-init sets up.</p>
            <div class="pair">
              <Text label="User" usual="the image's" field="user" draft={value} set={type} />
              <Text label="Password at the console" usual="none" field="password" draft={value} set={type} />
            </div>
            <Text label="Packages" usual="nginx git" field="packages" draft={value} set={type} />
          </details>
        )}
        <div>
          {value.source !== 'iso' && (
            <Check
              label="Start it now"
              checked={start.value}
              change={(on) => {
                start.value = on;
              }}
            />
          )}
          <Check
            label="Start it with vmd"
            checked={value.autostart}
            change={(autostart) => type({ autostart })}
          />
        </div>
        <Failure why={why.value} />
        <p class="ends">
          <button
            type="submit"
            class="first"
            disabled={busy.value || !may('machine.make') || (value.source === 'image' && !value.image)}
          >
            {busy.value ? 'Making …' : `Make ${value.name.trim() || usual}`}
          </button>
        </p>
      </form>
      <aside aria-label="The same, typed">
        <p>The same on the host:</p>
        <pre>
          <span aria-hidden="true">$ </span>
          {typed(parametersOf({ ...value, name: value.name.trim() || usual }))}
          {start.value && value.source !== 'iso' && `\n`}
          {start.value && value.source !== 'iso' && <span aria-hidden="true">$ </span>}
          {start.value && value.source !== 'iso' && `vm start ${value.name.trim() || usual}`}
        </pre>
      </aside>
    </section>
  );
}

interface TextProps {
  label: string;
  /** What it is where nothing is written. */
  usual: string;
  field: 'cpus' | 'memory' | 'disk' | 'forward' | 'user' | 'password' | 'packages';
  draft: Draft;
  set: (changes: Partial<Draft>) => void;
}

function Text({ label, usual, field, draft, set }: TextProps) {
  return (
    <Field label={label}>
      <input
        placeholder={usual}
        value={draft[field]}
        inputMode={field === 'cpus' ? 'numeric' : 'text'}
        autocapitalize="off"
        onInput={(event) => set({ [field]: event.currentTarget.value })}
      />
    </Field>
  );
}
