import { useSignal } from '@preact/signals';
import type { ComponentProps } from 'preact';
import { type MachineSpec, type MachineView, openSettings } from '../engine.ts';
import { Failure } from '../frame/failure.tsx';
import { Check, Field } from '../frame/field.tsx';
import { isAdmin, may } from '../state/access.ts';
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

/** Whether this token may change it: without being admin's, only what is the guest's own. */
const isOpen = (key: keyof Settings): boolean =>
  may('machine.set') && (isAdmin.value || openSettings.some((open) => open === key));

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
        <Setting label="CPUs" of="cpus" value={wanted.value.cpus}>
          <input type="number" min="1" max="512" required {...text('cpus')} />
        </Setting>
        <Setting label="Memory" about="as 512M or 2G" of="memory" value={wanted.value.memory}>
          <input required {...text('memory')} />
        </Setting>
      </div>
      <div class="pair">
        <Setting label="Network" of="network" value={wanted.value.network}>
          <select
            value={wanted.value.network}
            onChange={(event) => set('network', event.currentTarget.value)}
          >
            <option>user</option>
            <option>none</option>
          </select>
        </Setting>
        <Setting
          label="Ports"
          about="HOST:GUEST, as 8080:80 or auto:22"
          of="forwards"
          value={wanted.value.forwards || 'none'}
        >
          <input {...text('forwards')} disabled={wanted.value.network === 'none'} />
        </Setting>
      </div>
      <div class="pair">
        {choices.map(([key, label, values, about]) => (
          <Setting key={key} label={label} about={about} of={key} value={wanted.value[key]}>
            <select value={wanted.value[key]} onChange={(event) => set(key, event.currentTarget.value)}>
              {values
                .filter(
                  (value) => isAdmin.value || !/^(gtk|sdl)$/.test(value) || value === spec[key as 'display'],
                )
                .map((value) => (
                  <option key={value}>{value}</option>
                ))}
            </select>
          </Setting>
        ))}
      </div>
      <div class="pair">
        <Setting
          label="Time to power off"
          about="before QEMU is told to quit; 60s if empty"
          of="stopWait"
          value={wanted.value.stopWait || '60s'}
        >
          <input placeholder="60s" {...text('stopWait')} />
        </Setting>
      </div>
      {may('machine.autostart') ? (
        <Check
          label="Start with vmd"
          checked={machine.autostart}
          change={(on) => act('machine.autostart', name, { name, state: on ? 'on' : 'off' })}
        />
      ) : (
        <p class="quiet">{machine.autostart ? 'Starts with vmd' : 'Does not start with vmd'}</p>
      )}
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

type SettingProps = ComponentProps<typeof Field> & { of: keyof Settings; value: string };

/** A setting as a field, or as text where this token may not change it. */
function Setting({ label, about, of, value, children }: SettingProps) {
  if (isOpen(of)) {
    return (
      <Field label={label} about={about}>
        {children}
      </Field>
    );
  }
  return (
    <Field label={label}>
      <output class="mono">{value}</output>
    </Field>
  );
}
