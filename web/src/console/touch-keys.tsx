import { withCtrl } from './ctrl.ts';
import type { Session } from './session.ts';

const keys: [label: string, name: string, sends: string][] = [
  ['Esc', 'Escape', '\u001b'],
  ['Tab', 'Tab', '\t'],
  ['↑', 'Arrow up', '\u001b[A'],
  ['↓', 'Arrow down', '\u001b[B'],
  ['←', 'Arrow left', '\u001b[D'],
  ['→', 'Arrow right', '\u001b[C'],
  ['|', 'Pipe', '|'],
  ['/', 'Slash', '/'],
  ['-', 'Dash', '-'],
  ['~', 'Tilde', '~'],
];

/** The keys that a phone's keyboard has not. Ctrl holds for the next key, whichever keyboard it comes from. */
export function TouchKeys({ session: { ctrl, screen, type } }: { session: Session }) {
  return (
    <div class="touch-keys" role="toolbar" aria-label="Keys for the console">
      <button
        type="button"
        aria-pressed={ctrl.value}
        onClick={() => {
          ctrl.value = !ctrl.value;
          screen.focus();
        }}
      >
        Ctrl
      </button>
      {keys.map(([label, name, sends]) => (
        <button
          key={name}
          type="button"
          aria-label={name}
          onClick={() => {
            type(ctrl.value ? withCtrl(sends) : sends);
            ctrl.value = false;
            screen.focus();
          }}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
