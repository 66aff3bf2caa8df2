import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An image of a kernel that nothing boots, in the store of a VMDIR. */
export function fakeImage(vmdir: string, name: string): void {
  const directory = join(vmdir, '.images', name);
  mkdirSync(directory, { recursive: true });
  const file = (name: string) => {
    writeFileSync(join(directory, name), 'abc');
    return { file: name, bytes: 3, sha256: 'ab' };
  };
  const manifest = {
    version: 1,
    name,
    kind: 'kernel',
    made: '2026-07-01T12:00:00.000Z',
    inputs: 'cd',
    append: 'console=ttyS0',
    source: { file: join(vmdir, 'vmlinuz') },
    files: { kernel: file('vmlinux'), bzImage: file('vmlinuz'), initrd: file('initrd') },
  };
  writeFileSync(join(directory, 'image.json'), JSON.stringify(manifest));
}
