import { once } from 'node:events';
import { VivariumError } from '../base/errors.ts';
import { findTool } from '../host/find-tool.ts';
import type { Command } from './command.ts';
import { note } from './output.ts';
import { runInTerminal } from './run-in-terminal.ts';
import { serveTerminal } from './serve-terminal.ts';

const screen: Command = {
  run: async ({ engine, values: { name, listen }, scope }) => {
    const open = () => engine.machine.screen({ name }, scope);
    (await open()).close(); // that there is none is said before anybody comes to look
    if (listen === undefined) return await view(name, open);
    using server = await serveTerminal(addressOf(listen), open).catch(unusable);
    const { address, port, family } = server.address;
    const place = family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
    note(`The screen of ${name} is at ${place} for any VNC viewer. Ctrl-C ends.`);
    if (!scope.signal.aborted) await once(scope.signal, 'abort');
    return undefined;
  },
};

export default screen;

/** Opens a viewer on a port that takes one connection: its own. */
async function view(name: string, open: Parameters<typeof serveTerminal>[1]): Promise<number> {
  const viewer = findViewer(name);
  using server = await serveTerminal({ host: '127.0.0.1', port: 0 }, open, { once: true });
  return await runInTerminal(viewer(server.address.port));
}

/** Viewers, the better ones first, and what they are called with. */
const viewers: [program: string, words: (port: number) => string[]][] = [
  ['remote-viewer', (port) => [`vnc://127.0.0.1:${port}`]],
  ['vncviewer', (port) => [`127.0.0.1::${port}`]],
];

/** @throws `viewer-missing` where none is installed, or there is no desktop that it could show itself on */
function findViewer(name: string): (port: number) => string[] {
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    throw new VivariumError('viewer-missing', { name, reason: 'there is no desktop here' });
  for (const [program, words] of viewers) {
    const found = findTool(program);
    if (found) return (port) => [found, ...words(port)];
  }
  const names = viewers.map(([program]) => program).join(' nor ');
  throw new VivariumError('viewer-missing', { name, reason: `neither ${names} is there` });
}

/** `127.0.0.1:5901`, `[::1]:5901`, or a port alone, which is one of this host's own. */
function addressOf(text: string): { host: string; port: number } {
  const [, host = '127.0.0.1', digits] = /^(?:(\[[0-9A-Fa-f:.]+\]|[^:[\]]+):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) throw wrong('must be ADDRESS:PORT such as 127.0.0.1:5901');
  return { host: host.replace(/^\[|\]$/g, ''), port };
}

function unusable(error: NodeJS.ErrnoException): never {
  const problems: Record<string, string> = {
    EADDRINUSE: 'names a port that another program has',
    EACCES: 'names a port that you may not open',
    EADDRNOTAVAIL: 'names an address that is not of this host',
    ENOTFOUND: 'names a host that is not known',
  };
  throw wrong(problems[error.code ?? ''] ?? `cannot be opened: ${error.message}`);
}

const wrong = (problem: string) =>
  new VivariumError('parameter-invalid', { operation: 'screen', parameter: '--listen', problem });
