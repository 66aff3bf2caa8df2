import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { printable } from '../../src/base/printable.ts';
import { eventually } from './eventually.ts';
import type { TestHome } from './home.ts';
import { essence, installVm, shell, shownIn } from './shown.ts';
import { shellInTerminal } from './terminal.ts';

/** What is typed at a guest, or at a login: behind its prompt. `^]` is the key that leaves. */
const typed = /^(\S+ ?[#$]|\S* ?(?:login|Password):) (.+)$/;

/** Milliseconds that a guest may take to its next prompt. */
const patience = 180_000;

/**
 * Follows a page as somebody does who types its console blocks into one shell, beside the home's VMDIR: lines behind
 * `> ` belong to the command above them, `…` stands for what is not shown.
 * @param instead what is done in the place of a command; it returns what that would print
 */
export async function walk(
  home: TestHome,
  page: string,
  instead: Record<string, () => Promise<string>> = {},
): Promise<void> {
  installVm(home);
  const after = home.path('..', 'after');
  let [directory = '', status = ''] = [home.path('..'), '0'];
  for (const { command: first, output } of shownIn(page)) {
    const isMore = (line: string) => line.startsWith('> ');
    const command = [first, ...output.filter(isMore).map((line) => line.slice(2))].join('\n');
    const shown = output.filter((line) => !isMore(line) && line !== '…');
    const script = `cd '${directory}'; (exit ${status})\n${command}\nprintf '%s\\n' $? "$PWD" >'${after}'`;
    const replaced = instead[command];
    const isDialogue = shown.some((line) => typed.test(line));
    const said = await (replaced?.() ?? (isDialogue ? talk(home, script, shown) : shell(home, script)));
    if (!replaced) [status = '', directory = ''] = readFileSync(after, 'utf8').split('\n');
    const lines = said.split('\n').map(essence);
    for (const line of shown.filter((line) => !typed.test(line))) {
      expect(lines, command).toContain(essence(line));
    }
  }
}

/** Types what the page shows as typed, each at its prompt. @returns all that was shown */
async function talk(home: TestHome, script: string, shown: string[]): Promise<string> {
  const terminal = shellInTerminal(home, script);
  const text = () => printable(terminal.text());
  let isOver = false;
  void terminal.ended.then(() => {
    isOver = true;
  });
  try {
    let from = 0;
    for (const line of shown) {
      const [, prompt = '', answer] = typed.exec(line) ?? [];
      if (answer === undefined) continue;
      await eventually(
        () => text().slice(from).includes(prompt),
        () => `the prompt ${prompt}; it shows:\n${text().slice(-2000)}`,
        patience,
      );
      from = text().length;
      terminal.type(answer === '^]' ? '\x1d' : `${answer}\r`);
    }
    await eventually(
      () => isOver,
      () => `the end; it shows:\n${text().slice(-2000)}`,
      patience,
    );
  } finally {
    terminal.hangUp();
  }
  return text();
}
