import type { Scope } from '../../base/scope.ts';
import { runTool, type ToolOptions } from '../../host/run-tool.ts';
import type { IsoContents } from './contents.ts';

/**
 * Looks for files in the EFI boot image of an ISO, a FAT file system, by mtools. A path that ends with `/` stands
 * for all that is in that directory.
 * @returns the absolute paths of those that are there
 */
export async function efiFiles(scope: Scope, iso: IsoContents, paths: readonly string[]): Promise<string[]> {
  const place = placeOf(iso);
  if (!place || paths.length === 0) return [];
  const doing = `Reading the EFI boot image of ${iso.file}`;
  const args = ['-b', '-i', place, ...paths.map((path) => `::${path}`)];
  const { stdout } = await mtool(scope, 'mdir', args, { doing, allow: [0, 1] }); // 1: some are not there
  const lines = stdout.toString().split('\n');
  return lines.map((line) => line.replace(/^::/, '')).filter((path) => /^\/.*[^/]$/.test(path));
}

/** All that is in the EFI boot image: absolute paths, each directory behind the one that it is in. */
export async function efiTree(
  scope: Scope,
  iso: IsoContents,
): Promise<{ files: string[]; directories: string[] }> {
  const doing = `Reading the EFI boot image of ${iso.file}`;
  const args = ['-/', '-b', '-a', '-i', placeOf(iso) ?? '', '::/'];
  const { stdout } = await mtool(scope, 'mdir', args, { doing });
  const paths = stdout
    .toString()
    .split('\n')
    .flatMap((line) => line.match(/^::(\/.+)$/)?.[1] ?? []);
  const directories = paths.filter((path) => path.endsWith('/')).map((path) => path.slice(0, -1));
  return { files: paths.filter((path) => !path.endsWith('/')), directories: directories.sort() };
}

/** Copies a file out of the EFI boot image. @throws `command-failed`, `disk-full`, `tool-missing` */
export async function copyFromEfi(scope: Scope, iso: IsoContents, path: string, to: string): Promise<void> {
  const doing = `Taking ${path} from the EFI boot image of ${iso.file}`;
  await mtool(scope, 'mcopy', ['-n', '-i', placeOf(iso) ?? '', `::${path}`, to], { doing, writes: to });
}

/** The text of a file of the EFI boot image, `most` bytes of it at most. */
export async function readFromEfi(
  scope: Scope,
  iso: IsoContents,
  path: string,
  most: number,
): Promise<string> {
  const doing = `Reading ${path} in the EFI boot image of ${iso.file}`;
  const parts: Buffer[] = [];
  const output = async (stdout: AsyncIterable<Buffer>) => {
    let length = 0;
    for await (const chunk of stdout) {
      if (length < most) parts.push(chunk);
      length += chunk.length;
    }
  };
  await mtool(scope, 'mcopy', ['-n', '-i', placeOf(iso) ?? '', `::${path}`, '-'], { doing, output });
  return Buffer.concat(parts).subarray(0, most).toString();
}

/** Where mtools finds it: a file and an offset. */
function placeOf({ file, images }: IsoContents): string | undefined {
  const image = images.find(({ platform }) => platform === 'UEFI');
  return image && `${file}@@${image.offset}`;
}

/** Runs one of mtools. */
export const mtool = (scope: Scope, command: string, args: string[], options: ToolOptions) =>
  // Its own judgement of geometry is for floppy disks.
  runTool(scope, command, args, { ...options, env: { ...process.env, LC_ALL: 'C', MTOOLS_SKIP_CHECK: '1' } });
