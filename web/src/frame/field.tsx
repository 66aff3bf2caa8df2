import type { ComponentChildren } from 'preact';

interface Props {
  label: string;
  /** What else there is to know, below. */
  about?: ComponentChildren;
  children: ComponentChildren;
  narrow?: boolean;
}

/** A control with its name; the control is what stands in it. */
export function Field({ label, about, children, narrow = false }: Props) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children
    <label class={narrow ? 'field narrow' : 'field'}>
      <span class="name">{label}</span>
      {children}
      {about && <span class="about">{about}</span>}
    </label>
  );
}

/** A control that is on or off, with its sentence behind it. */
export function Check(props: {
  label: string;
  about?: string;
  checked: boolean;
  change: (on: boolean) => void;
  disabled?: boolean;
}) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={props.checked}
        disabled={props.disabled ?? false}
        onChange={(event) => props.change(event.currentTarget.checked)}
      />
      <span>
        {props.label}
        {props.about && <span class="about">{props.about}</span>}
      </span>
    </label>
  );
}
