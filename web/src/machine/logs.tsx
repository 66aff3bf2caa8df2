import './logs.css';
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { MachineView } from '../engine.ts';
import { Failure } from '../frame/failure.tsx';
import { ask, failureOf, type Failure as Why } from '../state/act.ts';
import { backoff, pause } from '../state/backoff.ts';
import { leavesWith } from '../state/session.ts';
import { whileHeard } from '../state/while-heard.ts';
import { type Log, noLog, withText } from './log-lines.ts';

/** What console and QEMU have said, and say: the newest at the bottom, which stays in sight unless one looks back. */
export default function Logs({ machine: { name } }: { machine: MachineView }) {
  const log = useSignal<Log>(noLog);
  const wanted = useSignal('');
  const wraps = useSignal(true);
  const why = useSignal<Why | undefined>(undefined);
  const place = useRef<HTMLPreElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    const left = new AbortController();
    read(left.signal);
    return () => left.abort();

    async function read(signal: AbortSignal): Promise<void> {
      for (let failed = 0; !signal.aborted; ) {
        try {
          const lines = await ask('machine.logs', { name, lines: 2000, follow: true }, { signal });
          let fresh: Log = noLog;
          for await (const text of whileHeard(lines)) {
            failed = 0;
            why.value = undefined;
            fresh = withText(fresh, text);
            log.value = fresh;
          }
        } catch (error) {
          if (signal.aborted || leavesWith(error)) return;
          why.value = failureOf(error);
          if (why.value.code === 'permission-denied') return;
        }
        await pause(backoff(++failed, Math.random()), signal);
      }
    }
  }, [name]);
  const search = wanted.value.trim().toLowerCase();
  const { lines, rest, gone } = log.value;
  const shown = search ? lines.filter((line) => line.toLowerCase().includes(search)) : lines;
  useLayoutEffect(() => {
    if (atEnd.current && place.current) place.current.scrollTop = place.current.scrollHeight;
  }, [shown, rest]);
  const text = `${gone > 0 && !search ? `… ${gone} lines before\n` : ''}${shown.join('\n')}${rest && !search ? `\n${rest}` : ''}`;
  return (
    <section class="logs" aria-label={`Logs of ${name}`}>
      <div class="bar">
        <input
          type="search"
          placeholder="Only lines with …"
          aria-label="Show only lines that have this in them"
          value={wanted}
          onInput={(event) => {
            wanted.value = event.currentTarget.value;
          }}
        />
        <span class="mono quiet">{search ? `${shown.length} of ${lines.length}` : lines.length} lines</span>
        <button
          type="button"
          class="plain"
          aria-pressed={wraps.value}
          onClick={() => {
            wraps.value = !wraps.value;
          }}
        >
          Wrap
        </button>
        <button type="button" class="plain" onClick={() => save(`${name}.log`, text)}>
          Save
        </button>
      </div>
      <Failure why={why.value} />
      <pre
        ref={place}
        class={wraps.value ? 'wraps' : undefined}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys (WCAG 2.1.1)
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={`What ${name} has said`}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          atEnd.current = scrollTop + clientHeight >= scrollHeight - 24;
        }}
      >
        {text || (search ? 'No line has that in it.' : 'Nothing was said yet.')}
      </pre>
    </section>
  );
}

function save(file: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = file;
  link.click();
  setTimeout(URL.revokeObjectURL, 10_000, url);
}
