import { statfsSync } from 'node:fs';

/** TMPFS_MAGIC of statfs(2). */
const magic = 0x01021994;

/** Whether what is there lies in memory. @throws a system error where nothing is there */
export const isTmpfs = (path: string): boolean => statfsSync(path).type === magic;
