import { exactSize, roundSize } from '../base/sizes.ts';
import type { ImageDetail } from '../protocol/views.ts';
import { show } from './command.ts';
import { styled, table } from './output.ts';
import { paintState } from './state.ts';

export default show(({ engine, values, scope }) => engine.image.show({ name: values.name }, scope), render);

function render(image: ImageDetail): string {
  const lines: [string, string | undefined][] = [
    ['directory', image.directory],
    ['kind', image.kind],
    ['made', image.made],
    ['on disk', image.bytes === undefined ? undefined : roundSize(image.bytes)],
    ['format', image.format],
    [
      'disk size',
      image.size === undefined
        ? undefined
        : `${exactSize(image.size)} unless asked, ${exactSize(image.minimum ?? 0)} at least`,
    ],
    ['user', image.user],
    ['seed', image.seed],
    ['append', image.append],
    ...Object.entries(image.source ?? {}).map(([key, value]): [string, string] => [`from ${key}`, value]),
    ['used by', image.usedBy.join(' ') || 'no machine'],
  ];
  const told = lines.filter((line): line is [string, string] => line[1] !== undefined);
  const state = `${image.name}: ${paintState(image.state)}${image.reason ? `: ${image.reason}` : ''}`;
  const rows = image.files.map(({ role, file, bytes, sha256 }) => [
    `  ${role}`,
    file,
    roundSize(bytes),
    sha256,
  ]);
  return [
    state,
    ...told.map(([name, value]) => `  ${styled('dim', name.padEnd(14))}${value}`),
    ...(rows.length > 0 ? ['', table(['  FILE', 'NAME', 'SIZE', 'SHA256'], rows)] : []),
  ].join('\n');
}
