import { stringify } from 'yaml';
import { exactSize, roundSize } from '../base/sizes.ts';
import { formatForward } from '../protocol/forward.ts';
import type { MachineDetail } from '../protocol/views.ts';
import { show } from './command.ts';
import { styled } from './output.ts';
import { stateLine } from './state.ts';

export default show(({ engine, values, scope }) => engine.machine.show({ name: values.name }, scope), render);

function render(machine: MachineDetail): string {
  const { supervisor, accelerator } = machine;
  const lines: [string, string | undefined][] = [
    ['directory', machine.directory],
    ['made by', machine.runitVm ? 'runit-vm' : undefined],
    ['cpus', machine.cpus?.toString()],
    ['memory', machine.memory && roundSize(machine.memory)],
    ['accelerator', accelerator && `${accelerator.name}: ${accelerator.reason}`],
    ['ports', machine.forwards.map(formatForward).join(' ') || undefined],
    ['autostart', machine.autostart ? 'yes, with vmd' : 'no'],
    [
      'supervisor',
      supervisor && `runsv${supervisor.pid ? ` ${supervisor.pid}` : ''}, started by ${supervisor.by}`,
    ],
    ['templates', machine.templates.join(' ') || undefined],
    ['snapshots', machine.snapshots.join(' ') || undefined],
    ['ephemeral', machine.ephemeral && 'yes: gone when it stops'],
    ...Object.entries(machine.sockets).map(([name, path]): [string, string] => [name, path]),
  ].filter((line): line is [string, string] => !!line[1]);
  const parts = [
    stateLine(machine),
    ...lines.map(([name, value]) => `  ${styled('dim', name.padEnd(12))}${value}`),
    ...(machine.spec ? ['', styled('dim', 'settings, defaults filled in'), settings(machine)] : []),
    ...(machine.argv ? ['', styled('dim', 'command line'), commandLine(machine.argv)] : []),
  ];
  return parts.join('\n');
}

/** The spec in the units of machine.yaml. */
function settings({ spec }: MachineDetail): string {
  if (!spec) return '';
  const human = {
    ...spec,
    memory: exactSize(spec.memory),
    log: exactSize(spec.log),
    stopWait: spec.stopWait === undefined ? undefined : `${spec.stopWait / 1000}s`,
    networks: spec.networks.map((network) => ({ ...network, forwards: network.forwards.map(formatForward) })),
  };
  return stringify(human, { lineWidth: 0 }).trimEnd().replace(/^/gm, '  ');
}

function commandLine([binary = '', ...args]: string[]): string {
  const options = args.join('\n').replace(/\n(?!-)/g, ' ');
  return `  ${binary}\n${options.replace(/^/gm, '    ')}`;
}
