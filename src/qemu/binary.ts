import { requireTool } from '../host/find-tool.ts';

/** Node's names of processors, and QEMU's. */
const processors: Record<string, string> = {
  x64: 'x86_64',
  arm64: 'aarch64',
  riscv64: 'riscv64',
  ppc64: 'ppc64',
};

/** The host's processor as QEMU and libvirt call it. */
export const hostProcessor = processors[process.arch] ?? process.arch;

export const qemuName = `qemu-system-${hostProcessor}`;

/** The path of the QEMU for machines of the host's own kind. @throws `tool-missing` */
export function qemuBinary(): string {
  return requireTool(qemuName, 'to run machines');
}
