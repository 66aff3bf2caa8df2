import '../screen/screen.css';
import type RFB from '@novnc/novnc';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { isVivariumError, type MachineView } from '../engine.ts';
import { Failure } from '../frame/failure.tsx';
import { RawChannel } from '../screen/channel.ts';
import { may, takes } from '../state/access.ts';
import { act, ask, failureOf, type Failure as Why } from '../state/act.ts';
import { useAsked } from '../state/asked.ts';
import { backoff, pause } from '../state/backoff.ts';
import { leavesSide, mayTakeKeys } from './guest-keys.ts';
import { Still } from './still.tsx';

/** The machine's screen: live where its display is vnc, else as pictures. */
export default function Screen({ machine }: { machine: MachineView }) {
  const { name } = machine;
  const { value, why } = useAsked(() => ask('machine.show', { name }), [name, machine.state]);
  const display = value.value?.spec?.display;
  if (!takes('machine.screenshot', machine.state)) {
    return (
      <div class="screen off">
        <p>
          <b class="mono">{name}</b> is {machine.state}: its screen is dark.
        </p>
      </div>
    );
  }
  if (!value.value) return <Failure why={why.value} />;
  const live = may('machine.screen') && (display === 'vnc' || value.value.sockets.vnc !== undefined);
  return live ? <Live machine={machine} /> : <Still machine={machine} display={display} />;
}

type Line = { state: 'joining' | 'live' | 'lost' } | { state: 'refused'; why: Why };

function Live({ machine: { name, state } }: { machine: MachineView }) {
  const place = useRef<HTMLDivElement>(null);
  const rfb = useRef<RFB | undefined>(undefined);
  const line = useSignal<Line>({ state: 'joining' });
  const copied = useSignal('');
  const attempt = useSignal(0);
  useEffect(() => {
    const left = new AbortController();
    stay(left.signal);
    return () => {
      left.abort();
      rfb.current?.disconnect();
    };

    async function stay(signal: AbortSignal): Promise<void> {
      for (let failed = 0; !signal.aborted; ) {
        try {
          line.value = { state: 'joining' };
          await watch(signal, () => {
            failed = 0;
          });
        } catch (error) {
          if (signal.aborted) return;
          if (isVivariumError(error) && (error.code as string) !== 'service-unreachable') {
            line.value = { state: 'refused', why: failureOf(error) };
            return;
          }
        }
        if (signal.aborted) return;
        line.value = { state: 'lost' };
        await pause(backoff(++failed, Math.random()), signal);
      }
    }

    /** Shows the screen until the line ends. */
    async function watch(signal: AbortSignal, joined: () => void): Promise<void> {
      const [{ default: Vnc }, terminal] = await Promise.all([
        import('@novnc/novnc'),
        ask('machine.screen', { name }, { signal }),
      ]);
      if (!place.current || signal.aborted) return terminal.close();
      const channel = new RawChannel(terminal);
      const ended = Promise.withResolvers<void>();
      const vnc = new Vnc(place.current, channel, { shared: true });
      rfb.current = vnc;
      vnc.scaleViewport = true;
      vnc.background = 'transparent';
      vnc.viewOnly = !terminal.canType;
      vnc.addEventListener('connect', () => {
        joined();
        line.value = { state: 'live' };
        if (mayTakeKeys()) vnc.focus();
      });
      vnc.addEventListener('clipboard', (event) => {
        copied.value = (event as CustomEvent<{ text: string }>).detail.text;
      });
      vnc.addEventListener('disconnect', () => ended.resolve());
      channel.begin();
      await ended.promise;
      rfb.current = undefined;
    }
  }, [name, attempt.value, state === 'starting']);
  const { value } = line;
  return (
    <section class="screen" aria-label={`Screen of ${name}`}>
      <div
        class="canvas"
        ref={place}
        data-keys="all"
        onKeyDownCapture={(event) => {
          if (leavesSide(event)) letGoOfCtrl(rfb.current);
        }}
      />
      {value.state === 'refused' && (
        <div class="over">
          <Failure why={value.why} />
          <button type="button" onClick={() => attempt.value++}>
            Try again
          </button>
        </div>
      )}
      <footer class="screen-line">
        <span role="status" class={`said ${value.state}`}>
          {value.state === 'lost' ? 'connection lost, joining again …' : words[value.state]}
        </span>
        <button type="button" class="plain" onClick={() => rfb.current?.sendCtrlAltDel()}>
          Ctrl-Alt-Del
        </button>
        <button type="button" class="plain" onClick={() => paste(rfb.current)}>
          Paste
        </button>
        {copied.value && (
          <button type="button" class="plain" onClick={() => navigator.clipboard.writeText(copied.value)}>
            Copy what the guest copied
          </button>
        )}
        {document.fullscreenEnabled && (
          <button type="button" class="plain" onClick={() => place.current?.requestFullscreen()}>
            Whole screen
          </button>
        )}
        {may('machine.type') && (
          <button type="button" class="plain" onClick={() => typeClipboard(name)}>
            Type the clipboard
          </button>
        )}
        <span class="leave">
          <kbd>Ctrl ]</kbd> leaves the screen
        </span>
      </footer>
    </section>
  );
}

const words = { joining: 'joining …', live: 'live', refused: 'not connected' };

/** The key comes up where the guest does not hear it: it would be held there for ever. */
function letGoOfCtrl(rfb: RFB | undefined): void {
  rfb?.sendKey(0xffe3, 'ControlLeft', false); // XK_Control_L
  rfb?.sendKey(0xffe4, 'ControlRight', false); // XK_Control_R
}

/** Gives the guest the clipboard, where its system takes one. */
async function paste(rfb: RFB | undefined): Promise<void> {
  const text = await readClipboard();
  if (text) rfb?.clipboardPasteFrom(text);
  rfb?.focus();
}

/** Types the clipboard key by key, for a guest that takes none. */
async function typeClipboard(name: string): Promise<void> {
  const text = await readClipboard();
  if (text) await act('machine.type', name, { name, text });
}

/** Empty where the browser does not give it: without a secure context, or where one has said no. */
const readClipboard = async (): Promise<string> =>
  (await navigator.clipboard?.readText().catch(() => '')) ?? '';
