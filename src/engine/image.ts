import type { Catalogue } from '../image/catalogue.ts';
import { buildRecipe } from '../image/recipes.ts';
import { checkUnused } from '../image/replace.ts';
import { listImages, removeImage } from '../image/store.ts';
import { catalogueFile, ensureHome, type Home } from '../machine/home.ts';
import { usersOf } from '../machine/image-users.ts';
import { imageDetail, imageView, imageViews } from './image-views.ts';
import type { Implementation } from './implementation.ts';

/** Each verb is loaded when it is called: `vm image list` does not pay for downloads. */
export const imageEngine: Implementation<'image'> = {
  'image.list': async (home) => imageViews(home),
  'image.show': async (home, { name }) => imageDetail(home, name),
  'image.build': async (home, { recipe, ...options }, scope) => {
    ensureHome(home);
    const places = { vmdir: home.directory, cache: home.cache, usersOf: usersOf(home) };
    const { name } = await buildRecipe(scope, recipe, { ...places, ...options });
    return imageView(home, name);
  },
  'image.pull': async (home, { from, ...told }, scope) => {
    const { pull } = await import('../image/pull.ts');
    ensureHome(home);
    const { directory: vmdir, cache } = home;
    const catalogue = await catalogueOf(home);
    const { name } = await pull(scope, { vmdir, cache, catalogue, from, told, usersOf: usersOf(home) });
    return imageView(home, name);
  },
  'image.import': async (home, { file, ...told }, scope) => {
    const { importFile } = await import('../image/import.ts');
    ensureHome(home);
    const catalogue = await catalogueOf(home);
    const request = { vmdir: home.directory, catalogue, file, told, usersOf: usersOf(home) };
    const { name } = await importFile(scope, request);
    return imageView(home, name);
  },
  'image.verify': async (home, { names = [] }, scope) => {
    const all = names.length > 0 ? names : listImages(home.directory).map(({ name }) => name);
    return await (await import('../image/verify.ts')).verifyImages(scope, home.directory, all);
  },
  'image.prune': async (home, { unused = false, dryRun = false }) =>
    await (await import('./prune.ts')).prune(home, { unused, dryRun }),
  'image.catalogue': async (home) =>
    (await import('../image/catalogue.ts')).catalogueViews(await catalogueOf(home)),
  'image.remove': async (home, { name }) => {
    await removeImage(home.directory, name, () => checkUnused(name, usersOf(home)));
    return { name };
  },
};

async function catalogueOf(home: Home): Promise<Catalogue> {
  return (await import('../image/catalogue.ts')).readCatalogue(catalogueFile(home));
}
