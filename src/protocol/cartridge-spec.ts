import * as z from 'zod/mini';
import { runSettings } from './run-settings.ts';
import { imageName, packageName, path, userName } from './values.ts';

/** The version of cartridge.yaml that this code reads. */
export const cartridgeVersion = 1;

const about = (text: string) => z.meta({ description: text });

const word = (pattern: RegExp, example: string) => z.string().check(z.regex(pattern, `must be ${example}`));

/** Something of the project's own, which may be removed: never the project itself, nor anything around it. */
const below = path.check(
  z.refine((text) => {
    const [first, ...more] = text.split('/').filter((part) => part !== '.');
    return first !== '' && first !== undefined && first !== '.git' && ![first, ...more].includes('..');
  }, 'must be a path below the project, as build/work'),
);

const places = z.union([below, z.array(below)], 'must be a path below the project, or a list of such');

const line = z.string().check(z.regex(/^[^\u0000-\u001f\u007f]*$/, 'must be a single line'));

const debianLive = z.strictObject({
  release: z.optional(z.string()).check(about('The release of Debian, as bookworm.')),
  mirror: z
    .optional(word(/^[a-z][a-z+]*:\/\/\S+$/, 'a URI'))
    .check(about('Where packages come from; the usual servers if not said.')),
  kernel: z.optional(packageName).check(about('The package of the kernel; linux-image-amd64 if not said.')),
  packages: z._default(z.array(packageName), []).check(about('Packages beside the usual ones.')),
  user: z
    ._default(userName, 'user')
    .check(about('Who logs in, by the password live, and may do all by sudo.')),
  hostname: z
    .optional(word(/^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/, 'a host name'))
    .check(about("The live system's name; the cartridge's if not said.")),
  label: z
    .optional(word(/^[A-Za-z0-9_.-]{1,32}$/, '1 to 32 letters, digits and _ . -'))
    .check(about("The ISO's volume label; made of the cartridge's name if not said.")),
  append: z._default(line, '').check(about("More of the kernel's command line.")),
  commands: z
    ._default(z.array(z.string()), [])
    .check(
      about('Shell commands in the new system, as root, when all else is there; one that fails ends it.'),
    ),
  compression: z
    ._default(z.int().check(z.minimum(1), z.maximum(22)), 1)
    .check(about("zstd's level for the root file system: 1 for trying, 19 for giving away.")),
});

const builder = z
  .strictObject({
    command: z
      .optional(z.string().check(z.minLength(1)))
      .check(about('A line of shell, run in the project; it leaves the ISO where output says.')),
    'debian-live': z
      .optional(debianLive)
      .check(about('A live Debian from its own packages, by mmdebstrap and GRUB; without root, too.')),
    mkarchiso: z
      .optional(
        z.strictObject({
          profile: z._default(path, '.').check(about('The directory of profiledef.sh.')),
        }),
      )
      .check(about("Arch Linux's builder of ISOs (archiso).")),
    'live-build': z.optional(z.strictObject({})).check(about("Debian's builder of live systems.")),
    mkosi: z
      .optional(
        z.strictObject({
          arguments: z._default(z.array(z.string()), []).check(about('More arguments, an item each.')),
        }),
      )
      .check(about("systemd's builder of images.")),
  })
  .check(
    z.refine(
      (given) => Object.keys(given).length === 1,
      'must be one of command, debian-live, mkarchiso, live-build and mkosi',
    ),
  );

const inject = z.strictObject({
  from: path.check(about('A file or directory, relative to the project.')),
  to: word(/^\/[^\u0000-\u001f\u007f]*$/, 'an absolute path').check(
    about('Where it is in the system; behind a / at the end a file keeps its name.'),
  ),
  exclude: z
    ._default(z.array(path), [])
    .check(about('What stays out, as in .gitignore: build, *.o, docs/big. .git, work and output always do.')),
});

const variables = z
  .record(
    z.string(),
    z.string('must be text: put it in quotes').check(z.regex(/^[^\u0000]*$/, 'must be text')),
  )
  .check(({ value, issues }) => {
    for (const name of Object.keys(value).filter((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))) {
      const message = 'must be named as a shell has its variables';
      issues.push({ code: 'custom', path: [name], message, input: name });
    }
  });

/** cartridge.yaml: a project that builds an operating system. */
export const cartridgeSpec = z
  .strictObject({
    version: z.literal(cartridgeVersion).check(about('The version of this file.')),
    name: z.optional(imageName).check(about("The system's name; the directory's if not said.")),
    builder: builder.check(about('What builds it: one of these.')),
    work: z.optional(places).check(about("What the builder leaves behind; the builder's usual if not said.")),
    cache: z.optional(places).check(about('What makes the next build faster; vm eject --all removes it.')),
    output: z
      .optional(path)
      .check(about('Where the ISO comes out, as out/*.iso; of several the newest counts.')),
    inject: z._default(z.array(inject), []).check(about('Files of the project that go into the system.')),
    env: z._default(variables, {}).check(about("Variables that the system's shells have.")),
    run: z._default(z.strictObject(runSettings), {}).check(about('How vm run boots it.')),
  })
  .check(
    z.refine(
      ({ builder, output = '' }) => !builder['debian-live'] || /^[^*?[\]{}]*\*?[^*?[\]{}/]*$/.test(output),
      {
        message: 'must name one file, as out/live.iso or out/*.iso, for debian-live',
        path: ['output'],
      },
    ),
  );

/** A cartridge as it was written, sizes in bytes. */
export type CartridgeSpec = z.output<typeof cartridgeSpec>;
export type DebianLiveOptions = z.output<typeof debianLive>;
