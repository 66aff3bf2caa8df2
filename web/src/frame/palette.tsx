import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type Command, commands } from './commands.ts';
import { match } from './match.ts';
import { sheet } from './sheet.ts';

/** Finds machines, places and deeds by some of their letters. */
export function Palette() {
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const wanted = useSignal('');
  const at = useSignal(0);
  const found = useComputed(() => {
    const scored = commands().flatMap((command) => {
      const score = match(wanted.value, `${command.text} ${command.of ?? ''}`);
      return score === undefined ? [] : [{ command, score: score + (command.near ? 1 : 0) }];
    });
    if (wanted.value.trim() !== '') scored.sort((a, b) => b.score - a.score);
    return scored.slice(0, 60).map(({ command }) => command);
  });
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const close = () => sheet(undefined);
  const choose = (command: Command | undefined) => {
    close();
    // Behind the return of the focus: what is opened may take it.
    if (command) setTimeout(command.act);
  };
  const keys = (event: KeyboardEvent) => {
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (way !== undefined && found.value.length > 0) {
      at.value = (at.value + way + found.value.length) % found.value.length;
      list.current?.children[at.value]?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') choose(found.value[at.value]);
    else return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      class="palette"
      aria-label="Find or do"
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onMouseDown={(event) => {
        if (event.target === dialog.current) close();
      }}
    >
      <div class="sheet">
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="found"
          aria-activedescendant={found.value.length > 0 ? `found-${at.value}` : undefined}
          aria-label="Find a machine, or something to do"
          placeholder="Find a machine, or something to do"
          autocapitalize="off"
          spellcheck={false}
          value={wanted}
          onInput={(event) => {
            wanted.value = event.currentTarget.value;
            at.value = 0;
          }}
          onKeyDown={keys}
        />
        <div class="found" role="listbox" id="found" aria-label="What was found" ref={list}>
          {found.value.map((command, nth) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field above
            <div
              key={`${command.text} ${command.of ?? ''}`}
              role="option"
              id={`found-${nth}`}
              tabIndex={-1}
              aria-selected={nth === at.value}
              onClick={() => choose(command)}
            >
              <span>
                {command.text} {command.of && <b class="mono">{command.of}</b>}
              </span>
              {command.keys && <kbd>{command.keys}</kbd>}
            </div>
          ))}
        </div>
        {found.value.length === 0 && <p class="quiet none">Nothing is called so.</p>}
      </div>
    </dialog>
  );
}
