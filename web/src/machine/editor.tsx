import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { isVivariumError, type MachineView } from '../engine.ts';
import { Failure } from '../frame/failure.tsx';
import { ask, failureOf, type Failure as Why } from '../state/act.ts';
import { offsetOf } from './offset.ts';

interface Props {
  machine: MachineView;
  file: { file: string; text: string };
  writable: boolean;
  done: () => void;
}

/** machine.yaml as text. What is wrong with it is said below, and the cursor set where it is. */
export function Editor({ machine: { name }, file, writable, done }: Props) {
  const text = useSignal(file.text);
  const why = useSignal<Why | undefined>(undefined);
  const wrong = useSignal<number | undefined>(undefined);
  const area = useRef<HTMLTextAreaElement>(null);
  const numbers = useRef<HTMLDivElement>(null);
  const lines = text.value.split('\n').length;
  const changed = text.value !== file.text;
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (area.current && area.current.value !== file.text) event.preventDefault();
    };
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [file.text]);
  const save = async () => {
    try {
      await ask('machine.write', { name, text: text.value, was: file.text });
      done();
    } catch (error) {
      why.value = failureOf(error);
      if (!isVivariumError(error, 'spec-invalid')) return;
      const { line, column } = error.details;
      wrong.value = line;
      area.current?.focus();
      const at = offsetOf(text.value, line, column);
      area.current?.setSelectionRange(at, at);
    }
  };
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <header>
        <h2 class="mono" id="machine-yaml">
          machine.yaml
        </h2>
        {writable && (
          <>
            <button
              type="button"
              class="plain"
              disabled={!changed}
              onClick={() => {
                text.value = file.text;
                why.value = undefined;
                wrong.value = undefined;
              }}
            >
              Take back
            </button>
            <button type="submit" disabled={!changed} class={changed ? 'first' : undefined}>
              Write <kbd>Ctrl S</kbd>
            </button>
          </>
        )}
      </header>
      <div class="text">
        <div class="numbers mono" ref={numbers} aria-hidden="true">
          {Array.from({ length: lines }, (_, at) => (
            <span key={at} class={wrong.value === at + 1 ? 'wrong' : undefined}>
              {at + 1}
            </span>
          ))}
        </div>
        <textarea
          ref={area}
          aria-labelledby="machine-yaml"
          aria-invalid={wrong.value !== undefined}
          spellcheck={false}
          autocapitalize="off"
          wrap="off"
          readOnly={!writable}
          value={text.value}
          onScroll={(event) => {
            if (numbers.current) numbers.current.scrollTop = event.currentTarget.scrollTop;
          }}
          onInput={(event) => {
            text.value = event.currentTarget.value;
            wrong.value = undefined;
            why.value = undefined;
          }}
          onKeyDown={(event) => {
            if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            if (changed) save();
          }}
        />
      </div>
      <Failure why={why.value} />
    </form>
  );
}
