import type { Command } from './command.ts';
import { commandHelp, overview } from './help-text.ts';
import { print } from './output.ts';
import { specFiles, specHelp } from './spec-help.ts';

const help: Command = {
  run: async ({ values }) => {
    const topic = (values.extra as string[]).join(' ');
    if (topic === '') print(overview());
    else if (Object.hasOwn(specFiles, topic)) print(specHelp(topic as keyof typeof specFiles));
    else print(commandHelp(topic));
    return undefined;
  },
};

export default help;
