import { roundDuration } from '../base/durations.ts';
import { VivariumError } from '../base/errors.ts';
import { allPrintable } from '../base/printable.ts';
import { roundSize } from '../base/sizes.ts';
import type { DevicePlan, DeviceReport, DeviceView } from '../protocol/device-views.ts';
import type { Command, Invocation } from './command.ts';
import { note, print, styled, table } from './output.ts';

const deploy: Command = {
  run: async (invocation) => {
    const words = [invocation.values.device, invocation.values.image, ...invocation.values.extra];
    if (words.length > 2) {
      const problem = 'is one argument too many';
      throw new VivariumError('parameter-invalid', { operation: 'deploy', parameter: words[2], problem });
    }
    const [first, second] = words;
    if (first === undefined) await listDevices(invocation);
    // The ISO stands before the device, and may be left out.
    else await write(invocation, second === undefined ? { device: first } : { image: first, device: second });
    return undefined;
  },
};

export default deploy;

async function listDevices({ engine, scope, json, printJson }: Invocation): Promise<void> {
  const devices = await engine.device.list({}, scope);
  if (json) printJson(devices);
  else print(deviceTable(allPrintable(devices)));
}

async function write(
  { engine, values, scope, json, printJson }: Invocation,
  what: { image?: string; device: string },
): Promise<void> {
  let wanted = { ...what, force: values.force };
  const confirmed: { yes?: string; identity?: string } = { yes: values.yes, identity: values.identity };
  if (!json) {
    const plan = await engine.device.show(wanted, scope);
    note(planText(plan));
    wanted = { ...wanted, image: plan.image.file }; // what was shown, whatever is built meanwhile
    if (confirmed.yes === undefined && process.stdin.isTTY && process.stderr.isTTY) {
      confirmed.yes = await (await import('./deploy-question.ts')).askForName(plan.device);
      confirmed.identity ??= plan.device.identity;
    }
  }
  const report = await engine.device.write({ ...wanted, ...confirmed }, scope);
  if (json) printJson(report);
  else print(reportText(allPrintable(report)));
}

function deviceTable(devices: DeviceView[]): string {
  if (devices.length === 0) return 'There is no device. Plug one in, then: vm deploy';
  const rows = devices.map((device) => [
    device.path,
    device.size === 0 ? '-' : roundSize(device.size),
    device.bus ?? '-',
    modelText(device) || '-',
    device.unfit === undefined ? 'yes' : `no, it ${device.unfit.problem}`,
  ]);
  return table(['DEVICE', 'SIZE', 'BUS', 'MODEL', 'FIT'], rows, (cell, column) =>
    column === 4 ? styled(cell.startsWith('yes') ? 'green' : 'dim', cell) : cell,
  );
}

/** Many a model begins with its vendor. */
const modelText = ({ vendor = '', model = '', file }: DeviceView): string =>
  [model.startsWith(vendor) ? '' : vendor, model, file].filter(Boolean).join(' ');

/** What is there, and what is going to be there. */
function planText({ image, device }: DevicePlan): string {
  const facts = [
    modelText(device),
    device.serial && `serial ${device.serial}`,
    roundSize(device.size),
    device.bus,
    device.file === undefined && (device.removable ? 'removable' : 'built in'),
  ];
  const content = [
    device.table && `${device.table} partitions`,
    device.fileSystem,
    device.label && quote(device.label),
  ];
  const parts = device.parts.map(({ name, size, fileSystem, label }) =>
    [name, roundSize(size), fileSystem, label && quote(label)].filter(Boolean).join('  '),
  );
  const lines = [content.filter(Boolean).join(' '), ...parts].filter((line) => line !== '');
  return [
    `${device.via ? `${device.via} is ${device.path}, which` : device.path} is to hold ${image.file} (${roundSize(image.size)}).`,
    `  it is     ${facts.filter(Boolean).join(', ')}`,
    `  on it     ${lines.length > 0 ? lines.join('\n            ') : 'nothing that is known'}`,
    'All that is on it will be lost.',
  ].join('\n');
}

const quote = (label: string): string => JSON.stringify(label);

function reportText({ image, path, bytes, took, tableRead }: DeviceReport): string {
  const rate = `${roundSize(Math.round(bytes / (took.writing / 1000)))}/s`;
  const times = `written in ${roundDuration(took.writing)} (${rate}), read back in ${roundDuration(took.comparing)}`;
  const again = tableRead
    ? ''
    : '\nThe kernel has not read its partitions yet: plug it in again to see them here.';
  return `${path} holds ${image} (${roundSize(bytes)}): ${times}, equal.${again}`;
}
