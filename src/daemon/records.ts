import { errnoOf, isVivariumError } from '../base/errors.ts';
import { writeFileAtomic } from '../host/atomic-file.ts';
import type { Home } from '../machine/home.ts';
import { type ServiceFile, serviceFile } from '../machine/service-files.ts';

/** Writes something down for a vmd to come. */
export type WriteRecord = (file: ServiceFile, record: unknown) => void;

/**
 * What a vmd leaves for one to come is worth less than that it serves: where it cannot be written, on a full disk say,
 * what was there stays, and that is said once of each file.
 */
export function recordWriter(home: Home, say: (line: string) => void): WriteRecord {
  const said = new Set<ServiceFile>();
  return (file, record) => {
    try {
      writeFileAtomic(serviceFile(home, file), `${JSON.stringify(record)}\n`, {
        mode: 0o600,
        durable: false,
      });
    } catch (error) {
      if (!isVivariumError(error) && errnoOf(error) === undefined) throw error;
      if (said.has(file)) return;
      said.add(file);
      say(`goes on without a record that it could not write: ${(error as Error).message}`);
    }
  };
}
