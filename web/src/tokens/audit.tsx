import { useSignal } from '@preact/signals';
import { roundDuration } from '../engine.ts';
import { moment } from '../figures.ts';
import { Failure } from '../frame/failure.tsx';
import { Check } from '../frame/field.tsx';
import { ask } from '../state/act.ts';
import { useAsked } from '../state/asked.ts';

/** Who did what by way of vmd, the newest first. */
export default function Audit() {
  const refused = useSignal(false);
  const who = useSignal('');
  const about = useSignal('');
  const looked = useSignal(0);
  const { value, why } = useAsked(
    () =>
      ask('host.audit', {
        lines: 500,
        ...(refused.value && { refused: true }),
        ...(who.value.trim() && { who: who.value.trim() }),
        ...(about.value.trim() && { about: about.value.trim() }),
      }),
    [refused.value, who.value, about.value, looked.value],
  );
  const entries = value.value?.toReversed() ?? [];
  return (
    <section class="page" aria-labelledby="audit">
      <header>
        <h1 id="audit">Audit</h1>
        <form class="filters" onSubmit={(event) => event.preventDefault()}>
          <input
            placeholder="who"
            aria-label="Only what was done with this token"
            value={who}
            onChange={(event) => {
              who.value = event.currentTarget.value;
            }}
          />
          <input
            placeholder="about"
            aria-label="Only what is about this machine or image"
            value={about}
            onChange={(event) => {
              about.value = event.currentTarget.value;
            }}
          />
          <Check
            label="Only what failed or was refused"
            checked={refused.value}
            change={(on) => {
              refused.value = on;
            }}
          />
        </form>
        <div class="deeds">
          <button
            type="button"
            onClick={() => {
              looked.value++;
            }}
          >
            Look again
          </button>
        </div>
      </header>
      <Failure why={why.value} />
      {entries.length > 0 && (
        <table class="dense">
          <thead>
            <tr>
              <th>when</th>
              <th>who</th>
              <th>from</th>
              <th>operation</th>
              <th>about</th>
              <th>result</th>
              <th class="figure">took</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry, at) => (
              <tr key={at} class="mono">
                <td data-head="when">
                  <time dateTime={entry.time}>{moment(entry.time, Date.now(), { seconds: true })}</time>
                </td>
                <td data-head="who">{entry.who}</td>
                <td data-head="from" class="quiet">
                  {entry.from}
                </td>
                <td data-head="operation">{entry.operation}</td>
                <td data-head="about">{entry.subject}</td>
                <td data-head="result" class={/^(ok|opened)$/.test(entry.result) ? undefined : 'bad'}>
                  {entry.result}
                </td>
                <td data-head="took" class="figure">
                  {roundDuration(entry.took)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {value.value?.length === 0 && <p class="empty quiet">Nothing of that kind was done.</p>}
    </section>
  );
}
