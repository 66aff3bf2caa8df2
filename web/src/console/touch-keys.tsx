import { useState } from 'preact/hooks';
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
export function TouchKeys({ session }: { session: Session }) {
  const [ctrl, setCtrl] = useState(false);
  const press = (sends: string) => {
    session.type(ctrl ? withCtrl(sends) : sends);
    setCtrl(false);
    session.screen.focus();
  };
  const hold = () => {
    setCtrl(!ctrl);
    session.screen.focus();
    if (ctrl) return;
    const { screen } = session;
    screen.attachCustomKeyEventHandler((event) => {
      if (event.type !== 'keydown' || event.key.length !== 1) return true;
      screen.attachCustomKeyEventHandler(() => true);
      setCtrl(false);
      session.type(withCtrl(event.key));
      event.preventDefault();
      return false;
    });
  };
  return (
    <div class="touch-keys" role="toolbar" aria-label="Keys for the console">
      <button type="button" aria-pressed={ctrl} onClick={hold}>
        Ctrl
      </button>
      {keys.map(([label, name, sends]) => (
        <button key={name} type="button" aria-label={name} onClick={() => press(sends)}>
          {label}
        </button>
      ))}
    </div>
  );
}
