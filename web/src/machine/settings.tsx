import './settings.css';
import { useSignal } from '@preact/signals';
import type { MachineView } from '../engine.ts';
import { Failure } from '../frame/failure.tsx';
import { may } from '../state/access.ts';
import { ask } from '../state/act.ts';
import { useAsked } from '../state/asked.ts';
import { Editor } from './editor.tsx';
import { Form } from './form.tsx';

/** A machine's settings: the usual ones as a form, and machine.yaml as it is. */
export default function Settings({ machine }: { machine: MachineView }) {
  const { name } = machine;
  const written = useSignal(0);
  const detail = useAsked(() => ask('machine.show', { name }), [name, written.value, machine.state]);
  const again = () => {
    written.value++;
  };
  const { spec, templates = [], accelerator, directory } = detail.value.value ?? {};
  if (machine.runitVm) {
    return (
      <div class="empty">
        <p>runit-vm made this machine: its settings are the files in its templates.</p>
        <p class="mono">{templates.join(' ')}</p>
      </div>
    );
  }
  return (
    <div class="settings">
      <div class="usual">
        <h2>Usual settings</h2>
        <Failure why={detail.why.value} />
        {spec && <Form key={JSON.stringify(spec)} machine={machine} spec={spec} done={again} />}
        {directory && (
          <dl class="where">
            <dt>directory</dt>
            <dd class="mono">{directory}</dd>
            {accelerator && (
              <>
                <dt>accelerator</dt>
                <dd>
                  <span class="mono">{accelerator.name}</span>: {accelerator.reason}
                </dd>
              </>
            )}
          </dl>
        )}
      </div>
      {may('machine.read') && <Whole machine={machine} written={written.value} done={again} />}
    </div>
  );
}

/** machine.yaml as it is. @param written counts how often it was, here */
function Whole(props: { machine: MachineView; written: number; done: () => void }) {
  const { machine, written, done } = props;
  const { name } = machine;
  const { value, why } = useAsked(() => ask('machine.read', { name }), [name, written]);
  return (
    <div class="whole">
      <Failure why={why.value} />
      {value.value && (
        <Editor
          key={value.value.text}
          machine={machine}
          file={value.value}
          writable={may('machine.write')}
          done={done}
        />
      )}
    </div>
  );
}
