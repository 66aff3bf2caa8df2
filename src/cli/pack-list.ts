import type { InitramfsListing, InitramfsMember } from '../protocol/views.ts';
import { show } from './command.ts';

export default show(({ engine, values: { file }, scope }) => engine.initramfs.list({ file }, scope), render);

function render({ segments }: InitramfsListing): string {
  const several = segments.length > 1 || segments.some(({ packing }) => packing !== 'none');
  return segments
    .flatMap(({ packing, offset, entries }, index) => {
      const packed = packing === 'none' ? 'not packed' : packing;
      const heading = `# segment ${index + 1}: ${packed}, from byte ${offset}, ${entries.length} entries`;
      return [...(several ? [heading] : []), ...entries.map(line)];
    })
    .join('\n');
}

/** As `ls -l` has it; the owners are numbers, whose names only the guest knows. */
function line(member: InitramfsMember): string {
  const { links, uid, gid, mtime, target } = member;
  const size = member.major === undefined ? `${member.size}` : `${member.major}, ${member.minor}`;
  const time = new Date(mtime * 1000).toISOString().slice(0, 16).replace('T', ' ');
  const owner = `${String(uid).padStart(5)} ${String(gid).padStart(5)}`;
  const path = `${escaped(member.path)}${target === undefined ? '' : ` -> ${escaped(target)}`}`;
  return `${modeText(member)} ${String(links).padStart(3)} ${owner} ${size.padStart(10)} ${time} ${path}`;
}

/** An entry is a line. */
const escaped = (name: string): string => name.replaceAll('\n', '\\n').replaceAll('\t', '\\t');

const letters: Record<InitramfsMember['kind'], string> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  character: 'c',
  block: 'b',
  fifo: 'p',
  socket: 's',
};

/** `-rwsr-xr-x`; the bits for set-user-ID, set-group-ID and sticky change the letter of execution. */
function modeText({ kind, mode }: InitramfsMember): string {
  const special = ['s', 's', 't'];
  const triples = [6, 3, 0].map((shift, index) => {
    const bits = (mode >> shift) & 7;
    const marked = (mode >> (11 - index)) & 1;
    const run = marked ? (special[index] as string) : 'x';
    const last = bits & 1 ? run : marked ? run.toUpperCase() : '-';
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${last}`;
  });
  return letters[kind] + triples.join('');
}
