import { useSignal } from '@preact/signals';
import type { MachineSpec, MachineView } from '../engine.ts';
import { Failure } from '../frame/failure.tsx';
import { Check, Field } from '../frame/field.tsx';
import { may } from '../state/access.ts';
import { act, ask, failureOf, type Failure as Why } from '../state/act.ts';
import { changesOf, type Settings, settingsOf } from './setting-values.ts';

const choices: [key: keyof Settings, label: string, values: string[], about?: string][] = [
  ['display', 'Display', ['none', 'vnc', 'gtk', 'sdl'], 'vnc is what the Screen here shows live'],
  ['vga', 'Graphics card', ['std', 'virtio', 'qxl', 'none']],
  ['firmware', 'Firmware', ['bios', 'uefi']],
  [
    'restart',
    'When QEMU ends by itself',
    ['on-crash', 'always', 'never'],
    'whether the supervisor starts it again',
  ],
];

/** The settings that one usually wants to change; each goes to machine.set as `KEY=VALUE`. */
export function Form(props: { machine: MachineView; spec: MachineSpec; done: () => void }) {
  const { machine, spec, done } = props;
  const { name } = machine;
  const wanted = useSignal<Settings>(settingsOf(spec));
  const why = useSignal<Why | undefined>(undefined);
  const { changes, unset } = changesOf(spec, wanted.value);
  const changed = changes.length + unset.length;
  const set = (key: keyof Settings, value: string) => {
    wanted.value = { ...wanted.value, [key]: value };
  };
  const text = (key: keyof Settings) => ({
    value: wanted.value[key],
    disabled: !may('machine.set'),
    onInput: (event: { currentTarget: HTMLInputElement }) => set(key, event.currentTarget.value),
  });
  const save = async (event: Event) => {
    event.preventDefault();
    if (changed === 0) return;
    try {
      await ask('machine.set', { name, changes, ...(unset.length > 0 && { unset }) });
      why.value = undefined;
      done();
    } catch (error) {
      why.value = failureOf(error);
    }
  };
  return (
    <form class="form" onSubmit={save}>
      <div class="pair">
        <Field label="CPUs">
          <input type="number" min="1" max="512" required {...text('cpus')} />
        </Field>
        <Field label="Memory">
          <input required pattern="\d+(\.\d+)?[KMGT]?" {...text('memory')} />
        </Field>
      </div>
      <div class="pair">
        <Field label="Network">
          <select
            value={wanted.value.network}
            disabled={!may('machine.set')}
            onChange={(event) => set('network', event.currentTarget.value)}
          >
            <option>user</option>
            <option>none</option>
          </select>
        </Field>
        <Field label="Ports" about="HOST:GUEST, as 8080:80 or auto:22">
          <input {...text('forwards')} disabled={wanted.value.network === 'none' || !may('machine.set')} />
        </Field>
      </div>
      <div class="pair">
        {choices.map(([key, label, values, about]) => (
          <Field key={key} label={label} about={about}>
            <select
              value={wanted.value[key]}
              disabled={!may('machine.set')}
              onChange={(event) => set(key, event.currentTarget.value)}
            >
              {values.map((value) => (
                <option key={value}>{value}</option>
              ))}
            </select>
          </Field>
        ))}
      </div>
      <div class="pair">
        <Field label="Time to power off" about="before QEMU is told to quit; 60s if empty">
          <input placeholder="60s" {...text('stopWait')} />
        </Field>
      </div>
      <Check
        label="Start with vmd"
        checked={machine.autostart}
        disabled={!may('machine.autostart')}
        change={(on) => act('machine.autostart', name, { name, state: on ? 'on' : 'off' })}
      />
      <Failure why={why.value} />
      {may('machine.set') && (
        <p class="ends">
          <button type="submit" class="first" disabled={changed === 0}>
            {changed > 1 ? `Set ${changed} settings` : 'Set'}
          </button>
          <span class="quiet">
            {machine.pid === undefined ? 'From its next start.' : 'It runs: they hold from its next start.'}
          </span>
        </p>
      )}
    </form>
  );
}
