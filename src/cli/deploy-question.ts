import { cancel, isCancel, text } from '@clack/prompts';
import { VivariumError } from '../base/errors.ts';
import type { DeviceView } from '../protocol/device-views.ts';

/** Asks at the terminal for the device's name. @returns what was typed @throws `interrupted` */
export async function askForName({ name }: DeviceView): Promise<string> {
  const answer = await text({ message: `Type ${name} to overwrite it` });
  if (!isCancel(answer)) return answer ?? '';
  cancel('Nothing was written.');
  throw new VivariumError('interrupted', {});
}
