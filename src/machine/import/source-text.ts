import { readFileSync, statSync } from 'node:fs';
import { errnoOf, VivariumError } from '../../base/errors.ts';

/** Bytes that the description of a machine may have. */
const largest = 2 ** 20;

/**
 * The text of a file that describes a machine, or of one of a machine's small files.
 * @throws `file-missing`, `import-invalid`
 */
export function sourceText(path: string, what: string): string {
  const fail = (problem: string) => new VivariumError('import-invalid', { file: path, problem });
  try {
    const file = statSync(path);
    if (!file.isFile()) throw fail('is no regular file'); // a FIFO would be waited for without end
    if (file.size > largest) throw fail('is larger than 1M, which no description of a machine is');
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
    if (text.includes('\0')) throw fail('is no text');
    return text;
  } catch (error) {
    if (error instanceof TypeError) throw fail('is no text');
    if (errnoOf(error) === undefined) throw error;
    throw new VivariumError('file-missing', { file: path, what }, { cause: error });
  }
}
