import { formatForward, type MachineView } from '../engine.ts';

/** The ports that lead to the guest; those that a browser may want to open are links. */
export function Ports({ forwards }: { forwards: MachineView['forwards'] }) {
  return (
    <>
      {forwards.map((forward) => {
        const text = formatForward(forward).replace(/:(\d+)$/, '→$1');
        const link =
          forward.protocol === 'tcp' &&
          forward.host !== 'auto' &&
          [80, 443, 3000, 8000, 8080].includes(forward.guest);
        return link ? (
          <a
            key={text}
            class="mono"
            href={`http${forward.guest === 443 ? 's' : ''}://${location.hostname}:${forward.host}/`}
            target="_blank"
            rel="noreferrer"
          >
            {text}
          </a>
        ) : (
          <span key={text} class="mono">
            {text}
          </span>
        );
      })}
    </>
  );
}
