import { removeUnowned } from '../machine/run/ephemeral.ts';
import { inDirectory } from './in-directory.ts';

/** Called by a machine's `finish` where it is to be gone when it has stopped. */
export default inDirectory((scope, machine) => removeUnowned(scope, machine));
