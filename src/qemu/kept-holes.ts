import type { Scope } from '../base/scope.ts';
import { punchZeroes, worthPunching } from '../host/punch-zeroes.ts';
import type { RamSink } from './ram-run.ts';

/**
 * A sink for the RAM of a QEMU that has it mapped private from `file`: QEMU reads every page of its RAM to send it, and
 * where `file` is on a tmpfs all its holes would become pages. Those that are long are made holes again as the stream
 * goes on, lest the memory of the host be short meanwhile.
 */
export function keepingHoles(scope: Scope, file: string, sink: RamSink): RamSink {
  return {
    write: (offset, pages) => sink.write(offset, pages),
    zero: async (offset, length) => {
      await sink.zero(offset, length);
      if (length >= worthPunching) await punchZeroes(scope, file, offset, length);
    },
  };
}
