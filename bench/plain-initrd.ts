import { buffer } from 'node:stream/consumers';
import { findBusybox } from '../src/boot/busybox.ts';
import { type CpioEntry, cpio } from '../src/boot/cpio.ts';
import { chooseModules } from '../src/boot/modules.ts';
import { kernelOfTree } from '../src/boot/tree-kernel.ts';
import { Scope } from '../src/index.ts';
import type { Bench } from './bench.ts';

/** An initramfs as one writes it who knows the machine: it goes to the share `vivarium.root` and runs a command there. */
export async function plainInitrd(bench: Bench, tree: string, command: readonly string[]): Promise<Buffer> {
  const scope = new Scope({ signal: bench.signal });
  const kernel = kernelOfTree(tree);
  if (!kernel) throw new Error(`${tree} has no kernel`);
  const wanted = ['virtio_pci', '9pnet_virtio', '9p', 'overlay'];
  const { modules } = await chooseModules(scope, kernel.modules, wanted);
  const named = new Map(modules.map((it) => [it.name, it]));
  const order = new Set(wanted.flatMap((name) => [...(named.get(name)?.needs ?? []), name]));
  const busybox = await findBusybox(scope);
  const file = (path: string, mode: number, content: Buffer): CpioEntry => ({
    kind: 'file',
    path,
    mode,
    content,
  });
  const script = `#!/busybox sh
for module in ${[...order].join(' ')}; do
  /busybox insmod /modules/$module.ko
done
/busybox mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=512000,cache=loose vivarium.root /lower
/busybox mount -t tmpfs tmpfs /layer
/busybox mkdir /layer/upper /layer/work
/busybox mount -t overlay -o lowerdir=/lower,upperdir=/layer/upper,workdir=/layer/work overlay /root
/busybox mount -t devtmpfs devtmpfs /root/dev
/busybox mount -t proc proc /root/proc
/busybox mount -t sysfs sysfs /root/sys
exec /busybox switch_root -c /dev/console /root ${command.join(' ')}
`;
  return await buffer(
    cpio([
      ...['dev', 'lower', 'layer', 'root', 'modules'].map(
        (path): CpioEntry => ({ kind: 'directory', path, mode: 0o755 }),
      ),
      { kind: 'character', path: 'dev/console', mode: 0o600, major: 5, minor: 1 },
      file('busybox', 0o755, busybox.content),
      file('init', 0o755, Buffer.from(script)),
      ...modules
        .filter(({ name }) => order.has(name))
        .map(({ name, content }) => file(`modules/${name}.ko`, 0o644, content)),
    ]),
  );
}
