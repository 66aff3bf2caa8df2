import { VivariumError } from '../base/errors.ts';

/** What a kernel module says about itself in its section `.modinfo`. */
export interface ModuleInfo {
  /** Names of the modules whose symbols it uses. */
  depends: string[];
  /** Names of modules that should be loaded before it, and after it, where they exist. */
  softdep: { pre: string[]; post: string[] };
  /** Patterns of the devices and requests it serves. */
  aliases: string[];
}

/** A module's name as `depends=` and the kernel write it; file names mix both characters. */
export function moduleName(name: string): string {
  return name.replaceAll('-', '_');
}

/**
 * Reads `.modinfo`: strings `key=value`, each ended by a NUL.
 * @param file named in errors
 * @throws `kernel-unreadable`
 */
export function moduleInfo(module: Buffer, file: string): ModuleInfo {
  const info: ModuleInfo = { depends: [], softdep: { pre: [], post: [] }, aliases: [] };
  for (const line of section(module, '.modinfo', file).toString('latin1').split('\0')) {
    const value = line.slice(line.indexOf('=') + 1);
    if (line.startsWith('alias=')) info.aliases.push(value);
    if (line.startsWith('depends=')) info.depends.push(...value.split(',').filter(Boolean).map(moduleName));
    if (line.startsWith('softdep=')) {
      let list: string[] = [];
      for (const word of value.split(/\s+/).filter(Boolean)) {
        if (word === 'pre:') list = info.softdep.pre;
        else if (word === 'post:') list = info.softdep.post;
        else list.push(moduleName(word));
      }
    }
  }
  return info;
}

/** The section `name` of a 64-bit little-endian ELF file: elf(5), Elf64_Ehdr and Elf64_Shdr. */
function section(elf: Buffer, name: string, file: string): Buffer {
  try {
    if (elf.readUInt32BE(0) !== 0x7f454c46 || elf[4] !== 2 || elf[5] !== 1)
      throw new RangeError('no ELF file');
    const headers = Number(elf.readBigUInt64LE(0x28));
    const size = elf.readUInt16LE(0x3a);
    const count = elf.readUInt16LE(0x3c);
    const content = (index: number): Buffer => {
      const at = headers + index * size;
      const start = Number(elf.readBigUInt64LE(at + 0x18));
      return elf.subarray(start, start + Number(elf.readBigUInt64LE(at + 0x20)));
    };
    const names = content(elf.readUInt16LE(0x3e));
    for (let index = 0; index < count; index++) {
      const start = elf.readUInt32LE(headers + index * size);
      if (names.toString('latin1', start, names.indexOf(0, start)) === name) return content(index);
    }
    throw new RangeError(`no section ${name}`);
  } catch (error) {
    const problem = 'it is no 64-bit kernel module';
    throw new VivariumError('kernel-unreadable', { file, problem }, { cause: error });
  }
}
