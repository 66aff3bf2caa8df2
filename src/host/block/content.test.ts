import { expect, test } from 'vitest';
import { parseProbe } from './content.ts';

test.each([
  ['ID_FS_TYPE=iso9660\nID_FS_LABEL_ENC=LIVE\nID_PART_TABLE_TYPE=gpt\n', ['gpt', 'iso9660', 'LIVE']],
  ['ID_FS_LABEL=a__1_\nID_FS_LABEL_ENC=a\\x20\\x221\\x22=\n', [undefined, undefined, 'a "1"=']],
  ['ID_FS_LABEL_ENC=caf\\xc3\\xa9\n', [undefined, undefined, 'café']],
  ['ID_PART_ENTRY_NAME=EFI\\x20system\nID_FS_TYPE=vfat\n', [undefined, 'vfat', 'EFI system']],
  ['', [undefined, undefined, undefined]],
])('what blkid says as %j', (said, [table, fileSystem, label]) => {
  expect(parseProbe(said)).toEqual({ table, fileSystem, label });
});
