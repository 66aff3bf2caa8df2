import type { Command } from './command.ts';

const dial: Command = {
  run: async () => undefined,
};

export default dial;
