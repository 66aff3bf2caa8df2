import * as z from 'zod/mini';
import { imageName, packageName, path, size, userName } from './values.ts';

const about = (text: string) => z.meta({ description: text });

const word = (pattern: RegExp, example: string) => z.string().check(z.regex(pattern, `must be ${example}`));

/** Read as YAML, 0644 would be a number that means something else. */
const mode = word(/^[0-7]{3,4}$/, 'permissions in quotes, such as "0755"');

const file = z.strictObject({
  from: path.check(about("A file or directory of the host, relative to the recipe's file.")),
  to: z
    .string()
    .check(z.regex(/^\/[^\u0000-\u001f\u007f]*$/, 'must be an absolute path'))
    .check(about('Where it goes; behind a / at the end it keeps its name.')),
  mode: z
    .optional(mode)
    .check(about('Its permissions, or those of all files in the directory; as on the host if not said.')),
  owner: z
    .optional(word(/^[a-z_][a-z0-9_-]*(:[a-z_][a-z0-9_-]*)?$/, 'a user, or user:group'))
    .check(about('To whom it belongs; root if not said.')),
});

/** A recipe of an image: what is added to the usual system. Every key but base may be left out. */
export const recipeSpec = z.strictObject({
  base: z.literal('debian').check(about('What it is built on: debian.')),
  name: z.optional(imageName).check(about("The image's name; that of the file if not said.")),
  release: z.optional(z.string()).check(about('The release of Debian, as bookworm.')),
  mirror: z
    .optional(word(/^[a-z][a-z+]*:\/\/\S+$/, 'a URI'))
    .check(about('Where packages come from; the usual servers if not said.')),
  kernel: z.optional(packageName).check(about('The package of the kernel; linux-image-amd64 if not said.')),
  packages: z._default(z.array(packageName), []).check(about('Packages beside the usual ones.')),
  size: z.optional(size).check(about('The disk that a machine gets, as 20G; 10G if not said.')),
  hostname: z
    .optional(word(/^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/, 'a host name'))
    .check(about("The guest's name; the machine's own if not said.")),
  user: z.optional(userName).check(about('A user to make, who may do all by sudo, and whom vm ssh takes.')),
  files: z._default(z.array(file), []).check(about('Files of the host that go into it.')),
  run: z
    ._default(z.array(z.string()), [])
    .check(
      about('Shell commands in the new system, as root, when all else is there; one that fails ends it.'),
    ),
});

/** A recipe as it was written, sizes in bytes. */
export type RecipeSpec = z.output<typeof recipeSpec>;
