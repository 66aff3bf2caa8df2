import { errnoOf, VivariumError } from '../base/errors.ts';

const problems: Record<string, string> = {
  ENOENT: 'there is no such directory',
  ENOTDIR: 'there is no such directory',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'it is read only there',
  EISDIR: 'it is a directory',
};

/** What a system error says of a file that is to be written: `file-unwritable`; any other error, and a full disk, as it is. */
export function asUnwritable(error: unknown, file: string): unknown {
  const errno = errnoOf(error);
  if (!errno || errno === 'ENOSPC' || errno === 'EDQUOT') return error;
  const problem = problems[errno] ?? (error as Error).message;
  return new VivariumError('file-unwritable', { file, problem }, { cause: error });
}
