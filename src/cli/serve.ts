import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { parseAddress } from '../daemon/address.ts';
import { autostart, stopAll } from '../daemon/autostart.ts';
import { serve } from '../daemon/serve.ts';
import type { Command } from './command.ts';
import { note } from './output.ts';

/** The signal that has runsvdir power its machines off, too. */
const powerOff = 'SIGHUP';

const command: Command = {
  run: async ({ values }) => {
    // V8 would let what is young and soon garbage grow to 100 MB where many look at consoles.
    setFlagsFromString('--semi-space-growth-factor=1');
    const listen = ((values.listen ?? []) as string[]).map(parseAddress);
    await using service = await serve({ listen, allowHosts: values.allowHost ?? [] });
    const say = (line: string) => note(`vmd: ${line}`);
    say(`serves at ${service.socket}`);
    for (const address of service.addresses) say(`serves at http://${address}/, for those who have a token`);
    const ended = Promise.race(
      (['SIGTERM', 'SIGINT', powerOff] as const).map(async (signal) => {
        await once(process, signal);
        return signal;
      }),
    );
    if (!service.cameBack) autostart(service.engine, say).catch((error) => say(String(error)));
    if ((await ended) === powerOff) await stopAll(service.engine, say);
    return undefined;
  },
};

export default command;
