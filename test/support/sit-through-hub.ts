/** Sits at the console of the machine that is named, as `vm console` does, but through a hub. */

import type { Invocation } from '../../src/cli/command.ts';
import console from '../../src/cli/console.ts';
import { withHub } from '../../src/daemon/hub/hub.ts';
import { localEngine, Scope } from '../../src/index.ts';

await using engine = withHub(localEngine());
await console.run({ engine, values: { name: process.argv[2] }, scope: new Scope() } as unknown as Invocation);
