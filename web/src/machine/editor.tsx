import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { isVivariumError, type MachineView } from '../engine.ts';
import { Failure } from '../frame/failure.tsx';
import { ask, failureOf, type Failure as Why } from '../state/act.ts';
import { draftOf, dropDraft, fileDraft, keepDraft } from '../state/drafts.ts';
import { offsetOf } from './offset.ts';

interface Props {
  machine: MachineView;
  file: { file: string; text: string };
  writable: boolean;
  done: () => void;
}

/** What was typed, and the text of the file that it was made of. */
interface Draft {
  text: string;
  was: string;
}

/** What is said where the file is another than what was typed was made of. */
const overtaking: Why = {
  code: 'spec-changed',
  message: 'machine.yaml has been changed by somebody else meanwhile.',
  hint: 'Take back shows what they wrote; Write puts yours in its place.',
};

/**
 * machine.yaml as text. What is wrong with it is said below, and the cursor set where it is. What is not written yet
 * is there again when one comes back.
 */
export function Editor({ machine: { name }, file, writable, done }: Props) {
  const draft = useSignal<Draft>(draftOf<Draft>(fileDraft(name)) ?? { text: file.text, was: file.text });
  const why = useSignal<Why | undefined>(undefined);
  const wrong = useSignal<number | undefined>(undefined);
  const area = useRef<HTMLTextAreaElement>(null);
  const numbers = useRef<HTMLDivElement>(null);
  const { text, was } = draft.value;
  const lines = text.split('\n').length;
  const changed = text !== file.text;
  const overtaken = changed && was !== file.text;
  const type = (typed: Draft) => {
    draft.value = typed;
    if (typed.text === file.text) dropDraft(fileDraft(name));
    else keepDraft(fileDraft(name), typed);
    why.value = undefined;
    wrong.value = undefined;
  };
  const save = async () => {
    try {
      await ask('machine.write', { name, text, was: file.text });
      dropDraft(fileDraft(name));
      done();
    } catch (error) {
      if (isVivariumError(error, 'spec-changed')) return done(); // it is read again, and what was typed is kept
      why.value = failureOf(error);
      if (!isVivariumError(error, 'spec-invalid')) return;
      const { line, column } = error.details;
      wrong.value = line;
      area.current?.focus();
      const at = offsetOf(text, line, column);
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
              onClick={() => type({ text: file.text, was: file.text })}
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
          value={text}
          onScroll={(event) => {
            if (numbers.current) numbers.current.scrollTop = event.currentTarget.scrollTop;
          }}
          onInput={(event) => type({ text: event.currentTarget.value, was })}
          onKeyDown={(event) => {
            if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            if (changed) save();
          }}
        />
      </div>
      <Failure why={why.value ?? (overtaken ? overtaking : undefined)} />
    </form>
  );
}
