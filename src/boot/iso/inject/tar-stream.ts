import { errnoOf, VivariumError } from '../../../base/errors.ts';
import type { Scope } from '../../../base/scope.ts';
import { openBytes } from '../../../host/file-bytes.ts';
import type { CpioEntry } from '../../cpio.ts';
import type { HostFile } from '../../cpio-entry.ts';
import { wholeFiles } from './whole-files.ts';

/** Bytes of a record of the format, and of what is read of a file at once. */
const record = 512;
const most = 2 ** 20;

const hardLinkType = '1';
const types: Record<Exclude<CpioEntry['kind'], 'socket'>, string> = {
  file: '0',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};

/**
 * The tar archive of `entries`, for tools that read no cpio. Sockets, for which it has no word, are left out with
 * a warning. Source of the format: pax in POSIX.1-2017.
 * @throws `file-missing`, `file-changed`
 */
export function* tarStream(scope: Scope, entries: Iterable<CpioEntry>): Generator<Buffer> {
  for (const { entry, sameAs } of wholeFiles(entries)) {
    if (sameAs) yield header(entry, hardLinkType, 0, nameOf(sameAs));
    else if (entry.kind === 'socket') scope.warn(`${entry.path} is a socket, and left out.`);
    else if (entry.kind !== 'file') yield header(entry, types[entry.kind], 0, targetOf(entry));
    else if ('file' in entry.content) yield* hostFile(entry, entry.content);
    else {
      const { length } = entry.content;
      yield Buffer.concat([header(entry, types.file, length), entry.content, padding(length)]);
    }
  }
  yield Buffer.alloc(2 * record);
}

function* hostFile(entry: CpioEntry, { file, size: expected }: HostFile): Generator<Buffer> {
  using bytes = open(file);
  const { size } = bytes;
  if (expected !== undefined && size !== expected) throw changed(file);
  yield header(entry, types.file, size);
  for (let at = 0; at < size; at += most) {
    const part = bytes.at(at, most);
    if (part.length < Math.min(most, size - at)) throw changed(file);
    yield part;
  }
  yield padding(size);
}

function open(file: string | Buffer): ReturnType<typeof openBytes> {
  try {
    return openBytes(file);
  } catch (error) {
    if (!errnoOf(error)) throw error;
    throw new VivariumError('file-missing', { file: String(file), what: 'The file' }, { cause: error });
  }
}

const changed = (file: string | Buffer) => new VivariumError('file-changed', { file: String(file) });

const nameOf = ({ path, rawPath }: CpioEntry): Buffer => rawPath ?? Buffer.from(path);

const nothing: Buffer = Buffer.alloc(0);

const targetOf = (entry: CpioEntry): Buffer =>
  entry.kind === 'symlink' ? (entry.rawTarget ?? Buffer.from(entry.target)) : nothing;

/** The record of an entry, behind one with what that has no room for. */
function header(entry: CpioEntry, type: string, size: number, target = nothing): Buffer {
  const name = nameOf(entry);
  const long = [
    ...(name.length > 100 ? [keyword('path', name)] : []),
    ...(target.length > 100 ? [keyword('linkpath', target)] : []),
    ...(size > 0o77777777777 ? [keyword('size', Buffer.from(String(size)))] : []),
  ];
  const words = Buffer.concat(long);
  const ahead =
    long.length === 0 ? [] : [ustar(Buffer.from('pax'), 'x', words.length), words, padding(words.length)];
  const { uid = 0, gid = 0, mtime = 0 } = entry;
  const mode = entry.kind === 'symlink' ? 0o777 : entry.mode;
  const device = 'major' in entry ? entry : { major: 0, minor: 0 };
  const fields = { mode, uid, gid, mtime, target, ...device };
  return Buffer.concat([...ahead, ustar(name, type, size, fields)]);
}

/** A word of a pax header: its length in front, which counts its own digits. */
function keyword(key: string, value: Buffer): Buffer {
  const rest = key.length + value.length + 3; // the blank, `=` and the end of the line
  let length = rest + String(rest).length;
  if (String(length).length > String(rest).length) length++;
  return Buffer.concat([Buffer.from(`${length} ${key}=`), value, Buffer.from('\n')]);
}

interface Fields {
  mode: number;
  uid: number;
  gid: number;
  mtime: number;
  target: Buffer;
  major: number;
  minor: number;
}

const plain: Fields = { mode: 0o644, uid: 0, gid: 0, mtime: 0, target: nothing, major: 0, minor: 0 };

function ustar(name: Buffer, type: string, size: number, fields: Fields = plain): Buffer {
  const bytes = Buffer.alloc(record);
  const number = (value: number, at: number, length: number) =>
    bytes.write(
      value
        .toString(8)
        .padStart(length - 1, '0')
        .slice(1 - length),
      at,
      'latin1',
    );
  name.copy(bytes, 0, 0, 100);
  number(fields.mode, 100, 8);
  number(fields.uid, 108, 8);
  number(fields.gid, 116, 8);
  number(size, 124, 12);
  number(fields.mtime, 136, 12);
  bytes.write(' '.repeat(8), 148, 'latin1');
  bytes.write(type, 156, 'latin1');
  fields.target.copy(bytes, 157, 0, 100);
  bytes.write('ustar\u000000', 257, 'latin1');
  number(fields.major, 329, 8);
  number(fields.minor, 337, 8);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}

/** The zeros that fill up a record. */
const padding = (length: number): Buffer => Buffer.alloc((record - (length % record)) % record);
