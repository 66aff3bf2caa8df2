import { useEffect, useId, useRef, useState } from 'preact/hooks';

export interface Item {
  label: string;
  act: () => void;
  danger?: boolean;
  /** The key that does it without the menu. */
  keys?: string;
}

interface Props {
  label: string;
  text?: string;
  items: Item[];
  disabled?: boolean;
}

/** What can be done besides: a button that opens a list of verbs; arrows walk in it, Esc leaves it. */
export function Menu({ label, text, items, disabled = false }: Props) {
  const [open, setOpen] = useState(false);
  const whole = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const list = useId();
  useEffect(() => {
    if (!open) return;
    const options = () => [...(whole.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    options()[0]?.focus();
    const outside = (event: Event) => {
      if (!whole.current?.contains(event.target as Node)) setOpen(false);
    };
    const keys = (event: KeyboardEvent) => {
      const all = options();
      const at = all.indexOf(document.activeElement as HTMLElement);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
      if (to !== undefined) all[(to + all.length) % all.length]?.focus();
      else if (event.key === 'Escape' || event.key === 'Tab') {
        setOpen(false);
        button.current?.focus();
      } else return;
      if (event.key !== 'Tab') event.preventDefault();
      event.stopPropagation();
    };
    const { current } = whole;
    document.addEventListener('pointerdown', outside);
    current?.addEventListener('keydown', keys);
    return () => {
      document.removeEventListener('pointerdown', outside);
      current?.removeEventListener('keydown', keys);
    };
  }, [open]);
  if (items.length === 0) return null;
  return (
    <div class="menu" ref={whole}>
      <button
        ref={button}
        type="button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={list}
        aria-label={label}
        disabled={disabled}
        onClick={() => setOpen(!open)}
      >
        {text ?? '⋯'}
      </button>
      {open && (
        <div role="menu" id={list} aria-label={label}>
          {items.map((item) => (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              class={item.danger ? 'plain bad' : 'plain'}
              onClick={() => {
                setOpen(false);
                button.current?.focus();
                item.act();
              }}
            >
              {item.label}
              {item.keys && <kbd>{item.keys}</kbd>}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
