import { continueSuspended } from '../machine/start.ts';
import { inDirectory } from './in-directory.ts';

/** Called by a machine's `run` where its supervisor starts it by itself and it is suspended. */
export default inDirectory(continueSuspended);
