import { say } from '../said.ts';
import type { Readers } from './reader.ts';
import { attribute, child, children, type Element } from './xml.ts';

/** The CPU model. */
export const processorReaders: Readers = {
  cpu: (element) => {
    const model = child(element, 'model')?.text ?? '';
    const mode = attribute(element, 'mode') || (model === '' ? 'none' : 'custom');
    const cpu = mode === 'custom' && model !== '' ? `${model}${flags(element)}` : 'max';
    return [
      ...say(
        element,
        mode === 'custom' || mode === 'maximum'
          ? { key: 'cpu', value: cpu }
          : { as: "the host's own CPU with KVM, else all that software emulation has" },
        mode === 'host-model' &&
          /^[\w.,+-]+$/.test(flags(element)) && {
            why: `features are those of the host: with KVM, vm set NAME cpu=host${flags(element)}`,
          },
      ),
      ...children(element, 'topology').flatMap(topology),
      ...children(element, 'numa').flatMap((it) => say(it, { why: 'memory is in one piece here' })),
    ];
  },
};

/** Features as QEMU takes them behind a model. */
function flags(cpu: Element): string {
  return children(cpu, 'feature')
    .map(
      (it) => `,${/^(?:disable|forbid)$/.test(attribute(it, 'policy')) ? '-' : '+'}${attribute(it, 'name')}`,
    )
    .join('');
}

function topology(element: Element) {
  const counts = ['sockets', 'dies', 'clusters', 'cores', 'threads'].filter(
    (it) => attribute(element, it) !== '',
  );
  const smp = counts.map((it) => `${it}=${attribute(element, it)}`).join(',');
  return say(element, {
    why: `the guest sees its CPUs as cores of one socket; else put -smp, "${smp}" into arguments`,
  });
}
