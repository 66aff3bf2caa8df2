import { VivariumError } from '../base/errors.ts';
import { quoteWord } from '../base/quote-word.ts';
import type { Command } from './command.ts';
import { endProgress } from './output.ts';
import { runInTerminal } from './run-in-terminal.ts';
import type { Elsewhere } from './which-host.ts';

const ssh: Command = {
  run: async ({ engine, elsewhere, values, scope, json, printJson }) => {
    const { name, user, port, command } = values;
    if (elsewhere && !json) checkWay(elsewhere, name);
    const reach = await engine.machine.ssh({ name, user, port, command }, scope);
    if (json) {
      printJson(reach);
      return undefined;
    }
    endProgress();
    return await runInTerminal(elsewhere ? await through(elsewhere, reach.argv) : reach.argv);
  },
};

export default ssh;

/** The key, and the port that leads in, are on the machine's host: one has to get there. @throws `not-remote` */
function checkWay({ url }: Elsewhere, name: string): void {
  if (!/^https?:/.test(url)) return;
  const instead = `Run it by the agent: vm exec ${name}   Or sit at it: vm console ${name}   Or come by --host ssh://HOST`;
  throw new VivariumError('not-remote', { command: 'ssh', address: url, instead });
}

/** The same command line, at the host where it is meant. */
async function through({ url }: Elsewhere, argv: readonly string[]): Promise<string[]> {
  if (url.startsWith('unix:')) return [...argv];
  const { sshTo } = await import('../remote/ssh.ts');
  const terminal = process.stdin.isTTY ? ['-t'] : [];
  return [...sshTo(new URL(url), terminal), argv.map(quoteWord).join(' ')];
}
