import { openHome } from '../machine/home.ts';
import type { Command } from './command.ts';
import { print } from './output.ts';

const vmdir: Command = {
  run: async () => {
    print(openHome(process.env).directory);
    return undefined;
  },
};

export default vmdir;
