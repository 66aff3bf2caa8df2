import { compile } from '../machine/compile.ts';
import { inDirectory } from './in-directory.ts';

/** Called by a machine's `run` where machine.yaml or a template is newer than it. */
export default inDirectory(compile);
