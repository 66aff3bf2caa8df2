import { useSignal } from '@preact/signals';
import type { NewToken, TokenView } from '../engine.ts';
import { moment, size } from '../figures.ts';
import { Dialog } from '../frame/dialog.tsx';
import { Failure } from '../frame/failure.tsx';
import { ask, failureOf, type Failure as Why } from '../state/act.ts';
import { useAsked } from '../state/asked.ts';
import { CreateQuestion } from './create.tsx';
import { Secret } from './secret.tsx';

/** Who may use this host, with what and how much. */
export default function Tokens() {
  const changed = useSignal(0);
  const { value, why } = useAsked(() => ask('token.list', {}), [changed.value]);
  const asks = useSignal(false);
  const made = useSignal<NewToken | undefined>(undefined);
  const revoking = useSignal<string | undefined>(undefined);
  return (
    <section class="page" aria-labelledby="tokens">
      <header>
        <h1 id="tokens">Tokens</h1>
        <p class="quiet">By these others use this host. What a token may not see does not exist for it.</p>
        <div class="deeds">
          <button
            type="button"
            class="first"
            onClick={() => {
              asks.value = true;
            }}
          >
            New token
          </button>
        </div>
      </header>
      <Failure why={why.value} />
      {value.value && value.value.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>name</th>
              <th>scope</th>
              <th>machines</th>
              <th>images</th>
              <th>limits</th>
              <th>network</th>
              <th>made</th>
              <th>last use</th>
              <th>
                <span class="unseen">what can be done</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {value.value.map((token) => (
              <Line
                key={token.name}
                token={token}
                revoke={() => {
                  revoking.value = token.name;
                }}
              />
            ))}
          </tbody>
        </table>
      )}
      {value.value?.length === 0 && (
        <div class="empty">
          <p>There is no token.</p>
        </div>
      )}
      {asks.value && (
        <CreateQuestion
          close={() => {
            asks.value = false;
          }}
          done={(token) => {
            asks.value = false;
            made.value = token;
            changed.value++;
          }}
        />
      )}
      {made.value && (
        <Secret
          token={made.value}
          close={() => {
            made.value = undefined;
          }}
        />
      )}
      {revoking.value && (
        <RevokeQuestion
          name={revoking.value}
          close={() => {
            revoking.value = undefined;
            changed.value++;
          }}
        />
      )}
    </section>
  );
}

function Line({ token, revoke }: { token: TokenView; revoke: () => void }) {
  const { name, scope, machines, images, network, created, lastUse, expires } = token;
  return (
    <tr>
      <td data-head="name">
        <b class="mono">{name}</b>
      </td>
      <td data-head="scope">{scope}</td>
      <td data-head="machines" class="mono">
        {machines.join(' ')}
      </td>
      <td data-head="images" class="mono">
        {images.join(' ')}
      </td>
      <td data-head="limits">{limits(token) || <span class="quiet">none</span>}</td>
      <td data-head="network">{network}</td>
      <td data-head="made" class="mono">
        {moment(created)}
        {expires && <p class="quiet">until {moment(expires)}</p>}
      </td>
      <td data-head="last use" class="mono">
        {moment(lastUse) || <span class="quiet">never</span>}
      </td>
      <td class="does">
        <button type="button" class="danger" onClick={revoke} aria-label={`Revoke ${name}`}>
          Revoke
        </button>
      </td>
    </tr>
  );
}

function limits({ maxMachines, maxMemory, maxDisk }: TokenView): string {
  return [
    maxMachines !== undefined && `${maxMachines} machines`,
    maxMemory !== undefined && `${size(maxMemory)} memory`,
    maxDisk !== undefined && `${size(maxDisk)} disk`,
  ]
    .filter((limit) => limit !== false)
    .join(', ');
}

function RevokeQuestion({ name, close }: { name: string; close: () => void }) {
  const why = useSignal<Why | undefined>(undefined);
  const revoke = async (event: Event) => {
    event.preventDefault();
    try {
      await ask('token.revoke', { name });
      close();
    } catch (error) {
      why.value = failureOf(error);
    }
  };
  return (
    <Dialog title={`Revoke ${name}`} close={close}>
      <form onSubmit={revoke}>
        <p>It is good for nothing from now on, and whoever uses it now is shown out.</p>
        <Failure why={why.value} />
        <p class="ends">
          <button type="submit" class="danger">
            Revoke {name}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
