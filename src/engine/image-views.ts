import { isVivariumError } from '../base/errors.ts';
import { diskUsage } from '../host/disk-usage.ts';
import { imagePath } from '../image/files.ts';
import { type Image, listImages, readImage } from '../image/store.ts';
import type { Home } from '../machine/home.ts';
import { imageUsers } from '../machine/image-users.ts';
import type { ImageDetail, ImageView } from '../protocol/views.ts';

export function imageViews(home: Home): ImageView[] {
  const users = imageUsers(home);
  return listImages(home.directory).map((entry) => {
    const usedBy = users.get(entry.name) ?? [];
    if ('broken' in entry) return { name: entry.name, state: 'broken', reason: entry.broken, usedBy };
    const { kind, made, source, directory } = entry.image;
    return {
      name: entry.name,
      state: 'ready',
      kind,
      bytes: diskUsage(directory),
      made,
      source: source.url ?? source.file ?? Object.values(source).join(', '),
      usedBy,
    };
  });
}

/** The view of an image that was there a moment ago. @throws `image-not-found` */
export function imageView(home: Home, name: string): ImageView {
  const view = imageViews(home).find((image) => image.name === name);
  if (view) return view;
  readImage(home.directory, name);
  throw new Error(`the image ${name} came back just now`);
}

/** All about an image, broken or not. @throws `image-not-found`, `name-invalid` */
export function imageDetail(home: Home, name: string): ImageDetail {
  const directory = imagePath(home.directory, name);
  const usedBy = imageUsers(home).get(name) ?? [];
  const image = imageOrReason(home, name);
  if (typeof image === 'string')
    return { name, state: 'broken', reason: image, directory, usedBy, files: [] };
  const { kind, made, source } = image;
  const files = Object.entries(image.files).flatMap(([role, file]) => (file ? [{ role, ...file }] : []));
  const bytes = diskUsage(directory);
  const disk = image.kind === 'disk' ? image : undefined;
  return {
    name,
    state: 'ready',
    kind,
    bytes,
    made,
    source,
    usedBy,
    directory,
    files,
    ...(disk && {
      format: disk.format,
      minimum: disk.minimum,
      size: disk.size,
      user: disk.user,
      seed: disk.seed,
    }),
    ...(image.kind !== 'iso' && image.append !== undefined && { append: image.append }),
  };
}

function imageOrReason(home: Home, name: string): Image | string {
  try {
    return readImage(home.directory, name);
  } catch (error) {
    if (isVivariumError(error, 'image-broken')) return error.details.reason;
    throw error;
  }
}
