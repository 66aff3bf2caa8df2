import '@xterm/xterm/css/xterm.css';
import '../console/console.css';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { sessionOf } from '../console/session.ts';
import { TouchKeys } from '../console/touch-keys.tsx';
import type { Line } from '../console/way.ts';
import type { MachineView } from '../engine.ts';
import { Failure } from '../frame/failure.tsx';
import { useNow } from '../frame/ladder.tsx';

/** The machine's console, as it was left; it fills what room there is. */
export default function Console({ machine }: { machine: MachineView }) {
  const { name } = machine;
  const frame = useRef<HTMLDivElement>(null);
  const exact = useSignal(false);
  const session = sessionOf(name);
  useEffect(() => {
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
  const live = line.state === 'live';
  useEffect(() => {
    // What is off takes no keys from the page, and nothing takes them from where somebody writes.
    const writes = document.activeElement?.closest('dialog, input, select');
    if (live && !writes && matchMedia('(pointer: fine)').matches) session.screen.focus();
  }, [session, live]);
  return (
    <section class="console" aria-label={`Console of ${name}`}>
      <div
        class={`console-frame ${line.state}`}
        ref={frame}
        onKeyDownCapture={(event) => {
          if (event.key !== ']' || !event.ctrlKey) return;
          event.preventDefault();
          event.stopPropagation();
          document.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus();
        }}
      />
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
