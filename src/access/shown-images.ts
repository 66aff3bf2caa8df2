import type { ImageDetail, ImageView } from '../protocol/views.ts';
import { pick } from './pick.ts';
import { reasonOf } from './shown-machines.ts';
import type { View } from './view.ts';

export function imageView({ source, ...shown }: ImageView, view: View): ImageView {
  const said = source?.includes('/') && !/^https?:/.test(source) ? undefined : source;
  return { ...imageFacts(shown, view), ...(said !== undefined && { source: said }) };
}

function imageFacts(
  { usedBy, ...image }: Omit<ImageView, 'source'>,
  { machine, veil }: View,
): Omit<ImageView, 'source'> {
  return {
    ...pick(image, 'name', 'state', 'kind', 'bytes', 'made'),
    ...reasonOf(image, veil.host),
    usedBy: usedBy.filter(machine),
  };
}

export function imageDetail(image: ImageDetail, view: View): ImageDetail {
  const { file: _, ...source } = image.source ?? {};
  return {
    ...imageFacts(image, view),
    ...pick(image, 'format', 'minimum', 'size', 'user', 'seed', 'append'),
    ...(image.source && { source }),
    directory: '',
    files: image.files.map((it) => pick(it, 'role', 'file', 'bytes', 'sha256')),
  };
}
