import { join } from 'node:path';
import { isVivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { digestFile } from '../host/digest.ts';
import type { ImageVerification } from '../protocol/views.ts';
import { filesOf, type Image, readImage } from './store.ts';

/**
 * Reads all files of images again and compares their digests. A broken image is a result, not an error.
 * @throws `image-not-found`, `name-invalid`, `interrupted`, `timeout`
 */
export async function verifyImages(
  scope: Scope,
  vmdir: string,
  names: string[],
): Promise<ImageVerification[]> {
  const images = names.map((name) => openOrReason(vmdir, name));
  const of = images.flatMap(({ image }) => (image ? filesOf(image) : [])).reduce(sumOfBytes, 0);
  let before = 0;
  const results: ImageVerification[] = [];
  for (const { name, image, reason } of images) {
    const different: string[] = [];
    for (const { file, bytes, sha256 } of image ? filesOf(image) : []) {
      const told = (done: number) => scope.step('Verifying', { done: before + done, of });
      const { hex } = await digestFile(scope, join(image?.directory ?? '', file), 'sha256', { told });
      before += bytes;
      if (hex !== sha256) different.push(file);
    }
    const state = reason !== undefined ? 'broken' : different.length > 0 ? 'different' : 'intact';
    results.push({ name, state, ...(reason !== undefined && { reason }), different });
  }
  return results;
}

const sumOfBytes = (sum: number, { bytes }: { bytes: number }): number => sum + bytes;

function openOrReason(vmdir: string, name: string): { name: string; image?: Image; reason?: string } {
  try {
    return { name, image: readImage(vmdir, name) };
  } catch (error) {
    if (isVivariumError(error, 'image-broken')) return { name, reason: error.details.reason };
    throw error;
  }
}
