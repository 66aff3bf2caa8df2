import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { type PipedEnd, pipeTool } from './pipe-tool.ts';

/** Something to put into an archive: a name in a directory; `.` is all that is in it. */
export interface Member {
  directory: string;
  name: string;
}

/** Bytes of a record, and how many records the end of an archive may take: the last member and the end marks. */
const record = 128 * 512;
const tail = 2 * record;

/**
 * Archives files with their modes and times; links stay links. The end of the archive comes only when tar has found
 * nothing amiss: so the last member, where it is a small one, vouches for all others.
 * @param gnu the reader is GNU tar: then holes stay holes, and times are exact
 * @throws `command-failed`, `tool-missing`
 */
export async function* archiveOf(
  scope: Scope,
  members: readonly Member[],
  gnu: boolean,
): AsyncGenerator<Buffer> {
  const format = gnu
    ? ['--sparse', '--format=posix', '--pax-option=delete=atime,delete=ctime']
    : ['--format=gnu'];
  const places = members.flatMap(({ directory, name }) => [
    '-C',
    directory,
    name === '.' ? '.' : `./${name}`,
  ]);
  const doing = 'Reading what is to be copied';
  const args = ['--create', '--file=-', `--record-size=${record}`, ...format, ...places];
  const tar = pipeTool(scope, 'tar', args, doing);
  try {
    tar.stdin.end();
    const held: Buffer[] = [];
    let length = 0;
    for await (const chunk of tar.stdout as AsyncIterable<Buffer>) {
      held.push(chunk);
      length += chunk.length;
      for (let first = held[0]; first && length - first.length >= tail; first = held[0]) {
        length -= first.length;
        yield first;
        held.shift();
      }
    }
    const end = await tar.ended;
    if (end.code !== 1) checkEnd(end, doing); // 1: a file changed while it was read
    yield* held;
  } finally {
    tar.kill();
  }
}

/**
 * Unpacks an archive, or several behind one another, that nobody vouches for into a directory: tar leaves nothing outside of it, and everything is
 * ours. Devices and the like are made as well: see `tameTree`.
 * @throws `command-failed`, `tool-missing`
 */
export async function unpack(
  scope: Scope,
  archive: AsyncIterable<Uint8Array>,
  directory: string,
): Promise<void> {
  const doing = 'Writing what was copied';
  const args = [
    '--extract',
    '--ignore-zeros',
    '--file=-',
    '--preserve-permissions',
    '--no-same-owner',
    '-C',
    directory,
  ];
  const tar = pipeTool(scope, 'tar', args, doing);
  tar.stdout.resume();
  try {
    let end: PipedEnd | undefined;
    tar.ended.then(
      (it) => {
        end = it;
      },
      () => {}, // told below
    );
    for await (const chunk of archive) {
      if (end && end.code !== 0) break;
      if (tar.stdin.destroyed) continue; // it has read the end mark; what comes behind that is let pass
      await new Promise((resolve) => tar.stdin.write(chunk, resolve));
    }
    tar.stdin.end();
    checkEnd(await tar.ended, doing);
  } finally {
    tar.kill();
  }
}

function checkEnd({ code, exit, said }: PipedEnd, doing: string): void {
  if (code !== 0) throw new VivariumError('command-failed', { command: 'tar', doing, exit, said });
}
