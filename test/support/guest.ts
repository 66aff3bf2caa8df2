import { Scope } from '../../src/index.ts';
import { eventually } from './eventually.ts';
import type { TestHome } from './home.ts';

/** What the machine has printed so far. */
async function logOf(home: TestHome, name: string): Promise<string> {
  let text = '';
  for await (const part of await home.engine.machine.logs({ name })) text += part;
  return text;
}

/** Waits for the guest to print something, since the text at `from`, for `patience` milliseconds at most. */
export async function printed(
  home: TestHome,
  name: string,
  what: RegExp | string,
  from = 0,
  patience = 120_000,
): Promise<string> {
  let text = '';
  const matches = () => (typeof what === 'string' ? text.includes(what) : what.test(text));
  await eventually(
    async () => {
      text = (await logOf(home, name)).slice(from);
      return matches() || undefined;
    },
    () => `${name} to print ${what}; it printed:\n${text.slice(-2000)}`,
    patience,
  );
  return text;
}

/** Makes a machine of the tiny guest, starts it and waits for its prompt. */
export async function bootTiny(
  home: TestHome,
  name: string,
  more: Record<string, unknown> = {},
): Promise<void> {
  await home.engine.machine.make({ name, image: 'tiny', memory: '192M', ...more });
  await home.engine.machine.start({ name });
  await prompt(home, name);
}

export async function prompt(home: TestHome, name: string): Promise<void> {
  await printed(home, name, `root@${name}:~#`);
}

/** Types a command at the console and returns what it printed before the end mark. */
export async function guestSays(home: TestHome, name: string, command: string): Promise<string> {
  const terminal = await home.engine.machine.console({ name }, new Scope({ timeout: 60_000 }));
  const mark = `done-${Math.random().toString(36).slice(2)}`;
  try {
    // The echo of what is typed has the quotes in it, and only what is printed has not.
    await terminal.write(
      Buffer.from(`echo begin''-${mark}; ${command}; echo ${mark.slice(0, 5)}''${mark.slice(5)}\n`),
    );
    let text = '';
    for await (const chunk of terminal.output) {
      text += Buffer.from(chunk).toString();
      if (text.includes(`\n${mark}\r\n`)) break;
    }
    if (!text.includes(mark)) throw new Error(`${name} did not end ${command}; it said:\n${text}`);
    const begin = `begin-${mark}\r\n`;
    return text
      .slice(text.indexOf(begin) + begin.length, text.lastIndexOf(mark))
      .replaceAll('\r', '')
      .trim();
  } finally {
    terminal.close();
  }
}
