import { grant } from '../state/access.ts';
import { shortcuts } from './commands.ts';
import { Dialog } from './dialog.tsx';
import { Check } from './field.tsx';
import { setSingleKeys, singleKeys } from './listen.ts';
import { sheet } from './sheet.ts';

const always: [keys: string, about: string][] = [
  ['↓ ↑', 'From machine to machine in the list'],
  ['← →', 'From tab to tab'],
  ['Enter', 'On a tab: into its console or screen'],
  ['Ctrl ]', 'Leave the console or the screen: they keep all other keys for the guest'],
  ['Ctrl S', 'Write machine.yaml'],
  ['Esc', 'Close what lies over the page'],
];

/** All keys that hold where one is. */
export function Help() {
  const here = shortcuts().filter(({ keys }) => keys !== '/' && keys !== 'Escape');
  return (
    <Dialog title="Keys" close={() => sheet(undefined)} wide>
      <dl class="keys">
        {[...here.map(({ keys, about }): [string, string] => [keys, about]), ...always].map(
          ([keys, about]) => (
            <div key={`${keys} ${about}`}>
              <dt>
                {keys === 'Ctrl+k' ? (
                  <>
                    <kbd>Ctrl K</kbd> <kbd>/</kbd>
                  </>
                ) : (
                  keys.split(/ (?=[a-z]$)/).map((key) => <kbd key={key}>{key}</kbd>)
                )}
              </dt>
              <dd>{about}</dd>
            </div>
          ),
        )}
      </dl>
      <div class="who">
        <Check label="Keys do something without Ctrl" checked={singleKeys.value} change={setSingleKeys} />
      </div>
      {grant.value && (
        <p class="who quiet">
          This page has the token <b class="mono">{grant.value.who}</b>, whose scope is {grant.value.scope}.
        </p>
      )}
    </Dialog>
  );
}
