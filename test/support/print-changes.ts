/** Prints what changes in $VMDIR, and warnings, a line each. */
import { localEngine, Scope } from '../../src/index.ts';

const report = (progress: object) => console.log(JSON.stringify(progress));
for await (const change of await localEngine().host.events({}, new Scope({ timeout: 60_000, report })))
  console.log(JSON.stringify(change));
