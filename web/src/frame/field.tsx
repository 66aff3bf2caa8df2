import { type ComponentChildren, cloneElement, type VNode } from 'preact';
import { useId } from 'preact/hooks';

interface Props {
  label: string;
  /** What else there is to know, below. */
  about?: ComponentChildren;
  /** The control. */
  children: VNode<{ id?: string; 'aria-describedby'?: string | undefined }>;
}

/** A control with its name above it. */
export function Field({ label, about, children }: Props) {
  const id = useId();
  const described = about ? `${id}-about` : undefined;
  return (
    <div class="field">
      <label for={id} class="name">
        {label}
      </label>
      {cloneElement(children, { id, 'aria-describedby': described })}
      {about && (
        <span id={described} class="about">
          {about}
        </span>
      )}
    </div>
  );
}

interface CheckProps {
  label: string;
  about?: string;
  checked: boolean;
  change: (on: boolean) => void;
  disabled?: boolean;
}

/** A control that is on or off, with its sentence behind it. */
export function Check({ label, about, checked, change, disabled = false }: CheckProps) {
  const id = useId();
  const described = about ? `${id}-about` : undefined;
  return (
    <div class="check">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        disabled={disabled}
        aria-describedby={described}
        onChange={(event) => change(event.currentTarget.checked)}
      />
      <span>
        <label for={id}>{label}</label>
        {about && (
          <span id={described} class="about">
            {about}
          </span>
        )}
      </span>
    </div>
  );
}
