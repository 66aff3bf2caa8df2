import '@xterm/xterm/css/xterm.css';
import '../console/console.css';
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { sessionOf } from '../console/session.ts';
import { TouchKeys } from '../console/touch-keys.tsx';
import type { Line } from '../console/way.ts';
import type { MachineView } from '../engine.ts';
import { Failure } from '../frame/failure.tsx';
import { useNow } from '../frame/ladder.tsx';
import { takes } from '../state/access.ts';
import { leavesSide, mayTakeKeys } from './guest-keys.ts';

/** The machine's console, as it was left; it fills what room there is. */
export default function Console({ machine }: { machine: MachineView }) {
  const { name } = machine;
  const frame = useRef<HTMLDivElement>(null);
  const exact = useSignal(false);
  const session = sessionOf(name);
  useLayoutEffect(() => {
    const { current } = frame;
    if (!current) return;
    const hide = session.show(current);
    const fit = () => session.fit(exact.value);
    const watcher = new ResizeObserver(fit);
    watcher.observe(current);
    const stop = exact.subscribe(fit);
    return () => {
      stop();
      watcher.disconnect();
      hide();
    };
  }, [session]);
  const line = session.line.value;
  // With what one sees, not after it: the next key is for the guest. What is off takes none from the page.
  const open = line.state === 'live' || (line.state === 'joining' && takes('machine.console', machine.state));
  useLayoutEffect(() => {
    if (open && mayTakeKeys()) session.screen.focus();
  }, [session, open]);
  return (
    <section class="console" aria-label={`Console of ${name}`}>
      <div class={`console-frame ${line.state}`} ref={frame} onKeyDownCapture={leavesSide} />
      {line.state === 'refused' && (
        <div class="over">
          <Failure why={line.why} />
          <button type="button" onClick={session.again}>
            Try again
          </button>
        </div>
      )}
      {line.state === 'live' && line.canType && <TouchKeys session={session} />}
      <footer class="console-line">
        <Said line={line} />
        <button
          type="button"
          class="plain mono"
          aria-pressed={exact.value}
          onClick={() => {
            exact.value = !exact.value;
            session.screen.focus();
          }}
          title={
            exact.value ? 'Take all the room there is' : 'Take 80×24, which programs on a serial line expect'
          }
        >
          {session.size.value.cols}×{session.size.value.rows}
        </button>
        {!exact.value && line.state === 'live' && line.canType && (
          <button
            type="button"
            class="plain"
            onClick={() => {
              const { cols, rows } = session.size.value;
              session.type(`stty cols ${cols} rows ${rows}\r`);
              session.screen.focus();
            }}
            title="Types stty at the console: for a shell that waits there"
          >
            Tell the guest
          </button>
        )}
        <span class="leave">
          <kbd>Ctrl ]</kbd> leaves the console
        </span>
      </footer>
    </section>
  );
}

function Said({ line }: { line: Line }) {
  const now = useNow(line.state === 'lost');
  return (
    <span class={`said ${line.state}`} role="status">
      {line.state === 'joining' && 'joining …'}
      {line.state === 'live' && (line.canType ? 'live' : 'live, somebody else types')}
      {line.state === 'down' && 'off; this was said last'}
      {line.state === 'refused' && 'not connected'}
      {line.state === 'lost' &&
        `connection lost, again in ${Math.max(0, Math.ceil((line.again - now) / 1000))} s`}
    </span>
  );
}
