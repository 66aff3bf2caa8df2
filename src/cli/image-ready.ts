import { roundSize } from '../base/sizes.ts';
import type { ImageView } from '../protocol/views.ts';

/** What is said when an image is there. */
export function readyLine({ name, bytes, kind }: ImageView): string {
  const about = `${kind === 'iso' ? 'a CD, ' : ''}${roundSize(bytes ?? 0)}`;
  return `The image ${name} is ready (${about}). Use it: vm make hello --image ${name}`;
}
