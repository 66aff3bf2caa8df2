import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { MachineView } from '../engine.ts';
import { Failure } from '../frame/failure.tsx';
import { may } from '../state/access.ts';
import { act, ask, failureOf, type Failure as Why } from '../state/act.ts';

/** Milliseconds between two pictures. */
const pace = 1500;

/** The screen as pictures, one after the other: for a machine whose display is not vnc. */
export function Still({ machine: { name }, display }: { machine: MachineView; display: string | undefined }) {
  const url = useSignal('');
  const why = useSignal<Why | undefined>(undefined);
  useEffect(() => {
    let left = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const take = async () => {
      try {
        const { png } = await ask('machine.screenshot', { name });
        const next = URL.createObjectURL(new Blob([Uint8Array.from(png)], { type: 'image/png' }));
        if (url.value) setTimeout(URL.revokeObjectURL, 1000, url.value);
        url.value = next;
        why.value = undefined;
      } catch (error) {
        why.value = failureOf(error);
      }
      if (!left) timer = setTimeout(take, pace);
    };
    take();
    return () => {
      left = true;
      clearTimeout(timer);
      if (url.value) URL.revokeObjectURL(url.value);
    };
  }, [name]);
  return (
    <section class="screen" aria-label={`Screen of ${name}`}>
      <div class="canvas still">
        {url.value ? (
          <img src={url.value} alt={`What the screen of ${name} shows`} />
        ) : (
          <Failure why={why.value} />
        )}
      </div>
      <footer class="screen-line">
        <span class="said">
          {display === undefined ? 'pictures' : `display is ${display}: pictures only`}
        </span>
        {display !== undefined && may('machine.set') && (
          <button
            type="button"
            class="plain"
            onClick={() => act('machine.set', name, { name, changes: ['display=vnc'] })}
          >
            Make it live from the next start
          </button>
        )}
      </footer>
    </section>
  );
}
