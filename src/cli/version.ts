import { readFileSync } from 'node:fs';
import { findTool } from '../host/find-tool.ts';
import { packageFile } from '../host/package-files.ts';
import { qemuName } from '../qemu/binary.ts';
import { qemuVersion } from '../qemu/version.ts';
import { show } from './command.ts';

export default show(
  async ({ scope }) => {
    const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };
    const binary = findTool(qemuName);
    const qemu = binary ? ((await qemuVersion(scope, binary)) ?? 'unknown') : null;
    return { vivarium: version, node: process.versions.node, qemu };
  },
  ({ vivarium, node, qemu }) => `vivarium ${vivarium}, Node ${node}, QEMU ${qemu ?? 'not installed'}`,
);
