import { once } from 'node:events';
import { parseAddress, parseHostName } from '../daemon/address.ts';
import { takeSmallHeap } from '../host/small-heap.ts';
import { openHome } from '../machine/home.ts';
import type { Command } from './command.ts';
import { argumentsOf } from './exact-arguments.ts';
import { note } from './output.ts';

/** The signal that has runsvdir power its machines off, too. */
const powerOff = 'SIGHUP';

const command: Command = {
  run: async ({ values }) => {
    argumentsOf('serve', values.extra, []);
    takeSmallHeap();
    const [{ serve }, { autostart, stopAll }] = await Promise.all([
      import('../daemon/serve.ts'),
      import('../daemon/autostart.ts'),
    ]);
    const listen = ((values.listen ?? []) as string[]).map(parseAddress);
    const allowHosts = ((values.allowHost ?? []) as string[]).map(parseHostName);
    // One that comes while vmd begins counts as well.
    const ended = Promise.race(
      (['SIGTERM', 'SIGINT', powerOff] as const).map(async (signal) => {
        await once(process, signal);
        return signal;
      }),
    );
    const say = (line: string) => note(`vmd: ${line}`);
    await using service = await serve({ listen, allowHosts, say });
    const home = openHome(process.env);
    const { engine, addresses, cameBack } = service;
    say(`serves at ${service.socket}`);
    for (const address of addresses) say(`serves at http://${address}/, for those who have a token`);
    if (process.stderr.isTTY) for (const line of wayToPage(addresses)) say(line);
    const stop = new AbortController();
    const started = autostart(engine, home, { cameBack, signal: stop.signal, say }).catch((error) =>
      say(String(error)),
    );
    const how = await ended;
    stop.abort();
    await started;
    if (how === powerOff) await stopAll(engine, home, say);
    return undefined;
  },
};

export default command;

/** What to type to see the machines in a browser. */
function wayToPage([address]: readonly string[]): string[] {
  if (address === undefined) return ['for a browser, and other hosts: vm serve --listen 8470'];
  return ['a token for a browser: vm token create me --scope admin', `then open http://${address}/`];
}
