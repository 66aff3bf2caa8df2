import { cancel, isCancel, multiselect, text } from '@clack/prompts';
import { parseDuration } from '../base/durations.ts';
import { VivariumError } from '../base/errors.ts';
import { checkName } from '../base/names.ts';
import { parseSize } from '../base/sizes.ts';
import { openHome } from '../machine/home.ts';
import { defaultDisk } from '../machine/new-disk.ts';
import { defaultStopWait } from '../machine/scripts.ts';
import { availableTemplates } from '../machine/templates.ts';
import type { Invocation } from './command.ts';

type Values = Invocation['values'];

/** Asks at the terminal for what runit-vm's `make` asked and no flag has answered. @throws `interrupted` */
export async function askForMachine(values: Values): Promise<Values> {
  const home = openHome(process.env);
  const { config } = home;
  const answers: Values = { ...values };
  const question = async (
    key: string,
    message: string,
    usual: string,
    check: (answer: string) => string | undefined,
  ) => {
    if (answers[key] !== undefined) return;
    const validate = (answer: string | undefined) => check(answer || usual);
    answers[key] = answered(await text({ message, placeholder: usual, defaultValue: usual, validate }));
  };
  await question('name', 'Name of the machine', '', nameProblem);
  if (answers.image === undefined) {
    const usual = answers.kernel !== undefined ? 'none' : config.VMCONF_DEFAULT_DRIVE || defaultDisk;
    await question('disk', 'Size of its disk, or none', usual, (size) =>
      size === 'none' || parseSize(size) !== undefined ? undefined : 'A size such as 20G, or none',
    );
  }
  await question(
    'wait',
    'How long may it take to power off',
    config.VMCONF_DEFAULT_WAIT || `${defaultStopWait}s`,
    (time) => (parseDuration(time) !== undefined ? undefined : 'A duration such as 60s or 2m'),
  );
  await question('log', 'How much of its console and of QEMU to keep', '16M', (size) =>
    parseSize(size) !== undefined ? undefined : 'A size such as 16M',
  );
  if (answers.template === undefined) {
    const options = availableTemplates(home).map((name) => ({ value: name, label: name }));
    const message = `Templates with more arguments for QEMU${config.VMCONF_DEFAULT_TEMPLATES ? `, beside ${config.VMCONF_DEFAULT_TEMPLATES}` : ''} (none is fine)`;
    answers.template = answered(await multiselect({ message, options, required: false }));
  }
  return answers;
}

function nameProblem(name: string): string | undefined {
  try {
    checkName('a machine', name);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function answered<T>(answer: T | symbol): T {
  if (!isCancel(answer)) return answer as T;
  cancel('Nothing was made.');
  throw new VivariumError('interrupted', {});
}
