import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from './eventually.ts';
import { builtVm, type TestHome } from './home.ts';

export interface InTerminal {
  type(text: string): void;
  /** All that it has shown. */
  text(): string;
  shows(text: string): Promise<void>;
  /** Closes its window. */
  hangUp(): void;
  ended: Promise<number | null>;
}

/** Runs `vm` on a pseudo terminal. */
export function spawnInTerminal(home: TestHome, ...args: string[]): InTerminal {
  const words = [process.execPath, builtVm, ...args].map((word) => `'${word}'`);
  return shellInTerminal(home, `exec ${words.join(' ')}`);
}

/** Runs a line of sh on a pseudo terminal, which script(1) of util-linux provides. */
export function shellInTerminal(home: TestHome, line: string): InTerminal {
  const command = `stty cols 100 rows 40; ${line}`;
  const child = spawn('script', ['-q', '-e', '-f', '-c', command, '/dev/null'], {
    env: home.env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more) => {
    text += more;
  });
  return {
    text: () => text,
    type: (typed) => child.stdin.write(typed),
    shows: async (wanted) => {
      await eventually(
        () => text.includes(wanted),
        () => `the terminal to show ${wanted}; it shows:\n${text.slice(-1500)}`,
      );
    },
    hangUp: () => void child.kill('SIGKILL'),
    ended: once(child, 'exit').then(([code]) => code as number | null),
  };
}
