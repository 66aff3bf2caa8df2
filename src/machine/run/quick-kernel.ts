import type { Context } from './context.ts';

export async function quickKernel(_context: Context, file: string): Promise<string> {
  return file;
}
