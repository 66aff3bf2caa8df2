import { roundDuration } from './durations.ts';
import { quoteWord } from './quote-word.ts';
import { roundSize } from './sizes.ts';

interface Entry<Details> {
  /** Of a command: 1 failed, 2 usage, 3 not found, 4 wrong state or busy, 5 timeout, 6 the host lacks it. */
  exit: number;
  http: number;
  /** One sentence that names the object. */
  message(details: Details): string;
  /** What to type or change next. */
  hint(details: Details): string;
}

const entry = <Details>(it: Entry<Details>): Entry<Details> => it;

const list = (items: readonly string[]): string => items.join(', ');

const countOf = (count: string, thing: string): string => `${count} ${thing}${count === '1' ? '' : 's'}`;

const quoted = (lines: readonly string[]): string =>
  lines.length > 0 ? `\n${lines.map((line) => `  | ${line}`).join('\n')}` : '';

/** Every error that can leave the engine. `docs/errors.md` is made from it. */
export const errorTable = {
  'name-invalid': entry<{ what: string; name: string }>({
    exit: 2,
    http: 400,
    message: ({ what, name }) => `${JSON.stringify(name.slice(0, 80))} cannot be the name of ${what}.`,
    hint: ({ name }) =>
      /^[\w.+-]+@[\w.+-]+$/.test(name)
        ? `If it is a snapshot: vm restore ${name}   Or: vm fork ${name}   Or: vm snapshot show ${name}`
        : 'Use 1 to 63 letters, digits and . _ + -, beginning with a letter or digit.',
  }),
  'parameter-invalid': entry<{ operation: string; parameter: string; problem: string }>({
    exit: 2,
    http: 400,
    message: ({ operation, parameter, problem }) => `${operation}: ${parameter} ${problem}.`,
    hint: ({ operation }) => `See: vm help ${operation}`,
  }),
  'command-unknown': entry<{ command: string; similar: string[] }>({
    exit: 2,
    http: 404,
    message: ({ command }) => `vm has no command ${JSON.stringify(command)}.`,
    hint: ({ similar }) => (similar.length > 0 ? `Did you mean: vm ${list(similar)}` : 'See: vm help'),
  }),
  'config-invalid': entry<{ file: string; line: number; problem: string }>({
    exit: 2,
    http: 500,
    message: ({ file, line, problem }) => `${file}, line ${line}: ${problem}.`,
    hint: () => "The file is read, never executed: write KEY=value or KEY='some values', a line each.",
  }),
  'setting-invalid': entry<{ variable: string; value: string; problem: string }>({
    exit: 2,
    http: 500,
    message: ({ variable, value, problem }) => `${variable} is ${JSON.stringify(value)}: it ${problem}.`,
    hint: ({ variable }) => `Set ${variable} right, or not at all, in the environment or the configuration.`,
  }),
  'machine-not-found': entry<{ name: string; similar: string[] }>({
    exit: 3,
    http: 404,
    message: ({ name }) => `There is no machine ${name}.`,
    hint: ({ name, similar }) =>
      similar.length > 0 ? `Did you mean: ${list(similar)}` : `See them: vm list   Make it: vm make ${name}`,
  }),
  'machine-exists': entry<{ name: string }>({
    exit: 4,
    http: 409,
    message: ({ name }) => `There is a machine ${name} already.`,
    hint: ({ name }) => `Look at it: vm show ${name}   Or choose another name.`,
  }),
  'warm-name-taken': entry<{ name: string; image: string }>({
    exit: 4,
    http: 409,
    message: ({ name, image }) =>
      `${name} is what the machine has to be called that is kept warm of the image ${image}, and is another thing.`,
    hint: ({ name }) => `Give that another name: vm rename ${name} NEW`,
  }),
  'machine-state': entry<{ name: string; state: string; verb: string; next: string }>({
    exit: 4,
    http: 409,
    message: ({ name, state, verb }) => `${name} is ${state}: it cannot be ${verb} now.`,
    hint: ({ next }) => next,
  }),
  'state-broken': entry<{ name: string; file: string; problem: string }>({
    exit: 1,
    http: 422,
    message: ({ file, problem }) => `${file}: ${problem}.`,
    hint: ({ name }) =>
      `Boot ${name} without it: vm start --cold ${name}   Or see its snapshots: vm snapshot verify ${name}`,
  }),
  'state-unfit': entry<{ name: string; differs: string; next: string }>({
    exit: 4,
    http: 409,
    message: ({ name, differs }) => `${name} cannot go on from its saved state: ${differs}.`,
    hint: ({ next }) => next,
  }),
  'save-unfit': entry<{ name: string; what: string; problem: string; next: string }>({
    exit: 4,
    http: 409,
    message: ({ name, what, problem }) => `The state of ${name} cannot be saved: ${what} ${problem}.`,
    hint: ({ next }) => next,
  }),
  'share-mounted': entry<{ name: string; share: string; path: string; reason: string }>({
    exit: 4,
    http: 409,
    message: ({ name, share, path, reason }) =>
      `QEMU cannot save ${name} while its guest has the share ${share} mounted on ${path}: ${reason}.`,
    hint: ({ name, path }) =>
      `Unmount it in the guest: umount ${quoteWord(path)}   Get there: vm console ${name}`,
  }),
  'save-failed': entry<{ name: string; said: string }>({
    exit: 1,
    http: 502,
    message: ({ name, said }) => `QEMU could not save the state of ${name}: ${said}.`,
    hint: ({ name }) => `It goes on as it was. See what QEMU says: vm logs ${name}`,
  }),
  'resume-failed': entry<{ name: string; said: string; lines: string[] }>({
    exit: 1,
    http: 502,
    message: ({ name, said }) => `QEMU could not take up the state of ${name}: ${said}.`,
    hint: ({ name }) =>
      `The state is kept. See what QEMU says: vm logs ${name}   Boot without it: vm start --cold ${name}`,
  }),
  'snapshot-not-found': entry<{ name: string; snapshot: string; available: string[] }>({
    exit: 3,
    http: 404,
    message: ({ name, snapshot }) => `${name} has no snapshot ${snapshot}.`,
    hint: ({ name, available }) =>
      available.length > 0 ? `It has: ${available.join(', ')}` : `Take one: vm snapshot create ${name}`,
  }),
  'snapshot-exists': entry<{ name: string; snapshot: string }>({
    exit: 4,
    http: 409,
    message: ({ name, snapshot }) => `${name} has a snapshot ${snapshot} already.`,
    hint: ({ name }) => `See them: vm snapshot list ${name}   Or choose another name.`,
  }),
  'snapshot-in-use': entry<{ name: string; snapshot: string; users: string[] }>({
    exit: 4,
    http: 409,
    message: ({ name, snapshot, users }) =>
      `The snapshot ${name}@${snapshot} lies below the disks of ${users.join(', ')}.`,
    hint: ({ name, snapshot }) =>
      `Remove these first, or let them keep what they need of it: vm snapshot rm --force ${name} ${snapshot}`,
  }),
  'machine-in-use': entry<{ name: string; users: string[] }>({
    exit: 4,
    http: 409,
    message: ({ name, users }) => `The snapshots of ${name} lie below the disks of ${users.join(', ')}.`,
    hint: ({ name }) => `Remove these first, or let them keep what they need of it: vm rm --force ${name}`,
  }),
  'snapshot-broken': entry<{ name: string; snapshot: string; problem: string }>({
    exit: 1,
    http: 422,
    message: ({ name, snapshot, problem }) => `The snapshot ${name}@${snapshot} is broken: ${problem}.`,
    hint: ({ name, snapshot }) => `See what is wrong: vm snapshot verify ${name} ${snapshot}`,
  }),
  'machine-busy': entry<{ name: string; by: string }>({
    exit: 4,
    http: 409,
    message: ({ name, by }) => `${name} is in use by ${by}.`,
    hint: () => 'Try again when that has ended.',
  }),
  'spec-invalid': entry<{ file: string; line: number; column: number; problem: string }>({
    exit: 1,
    http: 422,
    message: ({ file, line, column, problem }) => `${file}, line ${line}, column ${column}: ${problem}.`,
    hint: () => 'All keys with their meaning: vm help machine.yaml',
  }),
  'spec-changed': entry<{ name: string }>({
    exit: 4,
    http: 409,
    message: ({ name }) => `machine.yaml of ${name} has been changed by somebody else meanwhile.`,
    hint: ({ name }) => `Look at it as it is now: vm edit ${name}`,
  }),
  'spec-missing': entry<{ name: string }>({
    exit: 4,
    http: 409,
    message: ({ name }) => `${name} was made by runit-vm: its settings are the files in ${name}/templates.`,
    hint: ({ name }) => `Edit those; the next start reads them. See: vm show ${name}`,
  }),
  'spec-newer': entry<{ file: string; version: number; known: number }>({
    exit: 1,
    http: 422,
    message: ({ file, version, known }) =>
      `${file} has version ${version}; this Vivarium reads up to version ${known}.`,
    hint: () => 'Update Vivarium, or take the machine to where it was made.',
  }),
  'seed-unfit': entry<{ name: string; file: string; problem: string }>({
    exit: 1,
    http: 422,
    message: ({ name, file, problem }) => `${name}: the user-data file ${file} ${problem}.`,
    hint: ({ name }) => `Name another, or none: vm set ${name} --unset seed.userData`,
  }),
  'template-invalid': entry<{ file: string; line: number; problem: string }>({
    exit: 1,
    http: 422,
    message: ({ file, line, problem }) => `${file}, line ${line}: ${problem}.`,
    hint: () =>
      "A template holds QEMU's arguments, quoted as in the shell; $VAR is replaced, nothing is run.",
  }),
  'template-not-found': entry<{ name: string; available: string[] }>({
    exit: 3,
    http: 404,
    message: ({ name }) => `There is no template ${name}.`,
    hint: ({ available }) => `Templates: ${list(available)}`,
  }),
  'qemu-failed': entry<{ name: string; said: string[]; source: string | undefined; advice: string }>({
    exit: 1,
    http: 500,
    message: ({ name, said, source }) =>
      `${name}: QEMU ended at once${source ? `, because of ${source}` : ''}.${quoted(said)}`,
    hint: ({ advice }) => advice,
  }),
  'accelerator-unusable': entry<{ name: string; accelerator: string; reason: string }>({
    exit: 6,
    http: 501,
    message: ({ name, accelerator, reason }) =>
      `${name} asks for ${accelerator}, which is of no use here: ${reason}.`,
    hint: ({ name }) => `Take what works: vm set ${name} accelerator=auto   More: vm doctor`,
  }),
  'qmp-failed': entry<{ name: string; command: string; said: string }>({
    exit: 1,
    http: 502,
    message: ({ name, command, said }) => `${name}: QEMU refused ${command}: ${said}`,
    hint: () => "QEMU's own reference of QMP commands says what it takes.",
  }),
  'qmp-closed': entry<{ name: string; command: string }>({
    exit: 1,
    http: 502,
    message: ({ name, command }) => `${name}: QEMU went away during ${command}.`,
    hint: ({ name }) => `See: vm logs ${name}`,
  }),
  'console-missing': entry<{ name: string; what: string }>({
    exit: 4,
    http: 409,
    message: ({ name, what }) => `${name} has no ${what} that can be reached.`,
    hint: ({ name, what }) =>
      what === 'screen'
        ? `Give it one: vm set ${name} vga=std   Then: vm restart ${name}`
        : `See its command line: vm show ${name} --argv`,
  }),
  'console-busy': entry<{ name: string; what: string }>({
    exit: 4,
    http: 409,
    message: ({ name, what }) => `Somebody else is at the ${what} of ${name}, and QEMU serves one at a time.`,
    hint: () => 'Leave it there with Ctrl-] and try again.',
  }),
  'agent-missing': entry<{ name: string; reason: string }>({
    exit: 4,
    http: 409,
    message: ({ name, reason }) => `The guest agent of ${name} cannot be reached: ${reason}.`,
    hint: ({ name }) =>
      `Still booting: vm wait ${name} --for agent   Else install qemu-guest-agent in the guest, or: vm ssh ${name}`,
  }),
  'agent-failed': entry<{ name: string; said: string }>({
    exit: 1,
    http: 502,
    message: ({ name, said }) => `The guest agent of ${name} failed: ${said.replace(/\.$/, '')}.`,
    hint: ({ name }) => `Look what the guest does: vm console ${name}`,
  }),
  'ssh-unreachable': entry<{ name: string; reason: string }>({
    exit: 4,
    http: 409,
    message: ({ name, reason }) => `${name} cannot be reached by ssh: ${reason}.`,
    hint: ({ name }) =>
      `Give it one: vm set ${name} 'networks=[{mode: user}]', then vm restart ${name}   Without: vm exec ${name}`,
  }),
  'copy-failed': entry<{ name: string; said: string[] }>({
    exit: 1,
    http: 502,
    message: ({ name, said }) => `${name} could not do its part of the copy.${quoted(said)}`,
    hint: ({ name }) => `Look there: vm exec ${name} -- df -h   Or copy as another user: vm cp --user USER`,
  }),
  /** `removed`: with all that it said. */
  'machine-ended': entry<{ name: string; reason: string; lines: string[]; removed?: boolean }>({
    exit: 1,
    http: 409,
    message: ({ name, reason, lines }) => `${name} ended meanwhile: ${reason}.${quoted(lines)}`,
    hint: ({ name, removed }) =>
      removed
        ? 'To see all that it said: vm run … --keep NAME, then: vm logs NAME'
        : `See all that it said: vm logs ${name}`,
  }),
  'subject-unknown': entry<{ what: string; similar: string[] }>({
    exit: 3,
    http: 422,
    message: ({ what }) => `There is neither a file nor an image ${what} that could be run.`,
    hint: ({ similar }) =>
      similar.length > 0 ? `Did you mean: vm run ${list(similar)}` : 'See the images: vm image list',
  }),
  'subject-unfit': entry<{ what: string; problem: string; next: string }>({
    exit: 2,
    http: 422,
    message: ({ what, problem }) => `${what} cannot be run so: ${problem}.`,
    hint: ({ next }) => next,
  }),
  'key-unknown': entry<{ key: string; similar: string[] }>({
    exit: 2,
    http: 400,
    message: ({ key }) => `${JSON.stringify(key)} is no key that QEMU knows.`,
    hint: ({ similar }) =>
      similar.length > 0 ? `Did you mean: ${list(similar)}` : 'Examples: ret, ctrl-alt-delete, shift-a, f1',
  }),
  'import-invalid': entry<{ file: string; problem: string }>({
    exit: 1,
    http: 422,
    message: ({ file, problem }) => `${file} cannot be imported: it ${problem}.`,
    hint: () =>
      'vm import takes quickemu FILE.conf, libvirt DOMAIN.xml (virsh dumpxml prints it) or runit-vm DIRECTORY',
  }),
  'disk-busy': entry<{ file: string }>({
    exit: 4,
    http: 409,
    message: ({ file }) => `A running QEMU has the disk ${file} open.`,
    hint: () => 'Power that machine off, then try again.',
  }),
  'token-invalid': entry<{ problem: string }>({
    exit: 1,
    http: 401,
    message: ({ problem }) => `The token is not taken: ${problem}.`,
    hint: () => 'Who runs this host makes one: vm token create NAME',
  }),
  'permission-denied': entry<{ token: string; operation: string; problem: string }>({
    exit: 1,
    http: 403,
    message: ({ token, operation, problem }) => `The token ${token} may not do ${operation}: ${problem}.`,
    hint: () => 'Who runs this host says what a token may do: vm token create NAME --scope SCOPE',
  }),
  'limit-reached': entry<{ token: string; limit: string; most: string; used: string; asked: string }>({
    exit: 4,
    http: 409,
    message: ({ token, limit, most, used, asked }) =>
      `The token ${token} may have ${limit === 'machines' ? countOf(most, 'machine') : `${most} of ${limit}`}: in use ${used}, asked for ${asked} more.`,
    hint: () => 'Remove a machine, or make one smaller. See them: vm list',
  }),
  'token-exists': entry<{ name: string }>({
    exit: 4,
    http: 409,
    message: ({ name }) => `There is a token ${name} already.`,
    hint: ({ name }) => `Choose another name, or take that one back first: vm token revoke ${name}`,
  }),
  'token-not-found': entry<{ name: string; similar: string[] }>({
    exit: 3,
    http: 404,
    message: ({ name }) => `There is no token ${name}.`,
    hint: ({ similar }) =>
      similar.length > 0 ? `Did you mean: ${list(similar)}` : 'See them: vm token list',
  }),
  'tokens-unreadable': entry<{ file: string; problem: string }>({
    exit: 1,
    http: 500,
    message: ({ file, problem }) => `${file} cannot be read as the list of tokens: ${problem}.`,
    hint: ({ file }) => `Put it right, or begin anew without any: rm ${quoteWord(file)}`,
  }),
  'image-not-found': entry<{ name: string; available: string[] }>({
    exit: 3,
    http: 404,
    message: ({ name }) => `There is no image ${name}.`,
    hint: ({ available }) =>
      available.length > 0 ? `Images: ${list(available)}` : 'Build one: vm image build tiny',
  }),
  'image-in-use': entry<{ name: string; by: string[]; advice?: string }>({
    exit: 4,
    http: 409,
    message: ({ name, by }) => `The image ${name} is in use by ${list(by)}.`,
    hint: ({ by, advice }) => `Remove that first: vm rm ${by.join(' ')}${advice ? `   ${advice}` : ''}`,
  }),
  'image-replaced': entry<{ name: string; machine: string }>({
    exit: 4,
    http: 409,
    message: ({ name, machine }) => `The image ${name} was replaced while ${machine} was made from it.`,
    hint: ({ name, machine }) => `Try again: vm make ${machine} --image ${name}`,
  }),
  'image-broken': entry<{ name: string; reason: string }>({
    exit: 1,
    http: 500,
    message: ({ name, reason }) => `The image ${name} is broken: ${reason}.`,
    hint: ({ name }) => `Make it anew: vm image rm ${name}, then build it again.`,
  }),
  'image-exists': entry<{ name: string }>({
    exit: 4,
    http: 409,
    message: ({ name }) => `There is an image ${name} already, of another origin.`,
    hint: ({ name }) => `Choose another name: --name NEW   Or remove it first: vm image rm ${name}`,
  }),
  'not-an-image': entry<{ file: string; looksLike: string }>({
    exit: 1,
    http: 422,
    message: ({ file, looksLike }) => `${file} is no image: it looks like ${looksLike}.`,
    hint: () => 'See what is read: vm help image import   A disk without any mark of one: --format raw',
  }),
  'image-unsafe': entry<{ file: string; problem: string }>({
    exit: 1,
    http: 422,
    message: ({ file, problem }) => `${file} is not opened: ${problem}.`,
    hint: () =>
      'An image has to be whole in itself: make it so where its other files are (qemu-img convert).',
  }),
  'image-unreadable': entry<{ file: string; problem: string; said?: string[] }>({
    exit: 1,
    http: 422,
    message: ({ file, problem, said = [] }) =>
      `${file} cannot be read as an image: ${problem}.${quoted(said)}`,
    hint: () => 'Get it again, and compare its digest with the one that its publisher gives.',
  }),
  'catalogue-unknown': entry<{ name: string; similar: string[] }>({
    exit: 3,
    http: 404,
    message: ({ name }) => `The catalogue has no image ${name}.`,
    hint: ({ similar }) =>
      similar.length > 0 ? `Did you mean: ${list(similar)}` : 'See it: vm image catalogue   Or give a URL.',
  }),
  'catalogue-invalid': entry<{ file: string; problem: string }>({
    exit: 2,
    http: 500,
    message: ({ file, problem }) => `The catalogue ${file} is wrong: ${problem}.`,
    hint: () => 'Its keys are explained in docs/images.md.',
  }),
  'download-failed': entry<{ url: string; problem: string; hint?: string }>({
    exit: 1,
    http: 502,
    message: ({ url, problem }) => `${url} cannot be downloaded: ${problem}.`,
    hint: ({ hint }) =>
      hint ?? 'Try again: what was loaded is kept. Or load it elsewhere, and: vm image import FILE',
  }),
  'digest-wrong': entry<{ what: string; algorithm: string; expected: string; found: string }>({
    exit: 1,
    http: 502,
    message: ({ what, algorithm, expected, found }) =>
      `${what} has the ${algorithm} ${found}, and ought to have ${expected}.`,
    hint: () => 'It was altered on its way, or is being published anew: nothing was kept; try again.',
  }),
  'recipe-unknown': entry<{ name: string; available: string[] }>({
    exit: 3,
    http: 404,
    message: ({ name }) => `There is no recipe for an image ${name}.`,
    hint: ({ available }) => `Recipes: ${list(available)}`,
  }),
  'recipe-invalid': entry<{ file: string; line: number; column: number; problem: string }>({
    exit: 2,
    http: 422,
    message: ({ file, line, column, problem }) => `${file}, line ${line}, column ${column}: ${problem}.`,
    hint: () => 'All keys with their meaning: vm help recipe.yaml',
  }),
  'cartridge-not-found': entry<{ directory: string }>({
    exit: 3,
    http: 404,
    message: ({ directory }) => `${directory} is no cartridge: it has no cartridge.yaml.`,
    hint: ({ directory }) => `Begin one: vm cartridge init ${directory}`,
  }),
  'cartridge-exists': entry<{ file: string }>({
    exit: 4,
    http: 409,
    message: ({ file }) => `There is a ${file} already.`,
    hint: () => 'Edit it; its keys with their meaning: vm help cartridge.yaml',
  }),
  'cartridge-invalid': entry<{ file: string; line: number; column: number; problem: string }>({
    exit: 2,
    http: 422,
    message: ({ file, line, column, problem }) => `${file}, line ${line}, column ${column}: ${problem}.`,
    hint: () => 'All keys with their meaning: vm help cartridge.yaml',
  }),
  'cartridge-busy': entry<{ directory: string; by: string }>({
    exit: 4,
    http: 409,
    message: ({ directory, by }) => `${directory} is in use by ${by}.`,
    hint: () => 'Try again when that has ended, or end it with Ctrl-C.',
  }),
  'cartridge-stuck': entry<{ directory: string; left: string[] }>({
    exit: 4,
    http: 409,
    message: ({ directory, left }) =>
      `${directory} cannot be built: an earlier build left ${left[0]?.split(':')[0]}.${quoted(left)}`,
    hint: () => 'End what holds it, then: vm eject   What belongs to root, root can eject: sudo vm eject',
  }),
  'cartridge-unsafe': entry<{ directory: string; path: string; problem: string }>({
    exit: 1,
    http: 422,
    message: ({ path, problem }) => `${path} is not touched: ${problem}.`,
    hint: ({ directory }) => `Set work and cache right in ${directory}/cartridge.yaml.`,
  }),
  'output-missing': entry<{ directory: string; output: string }>({
    exit: 3,
    http: 404,
    message: ({ directory, output }) => `${directory} has nothing that was built: no file matches ${output}.`,
    hint: ({ directory }) =>
      `Build it: vm build ${directory}   Or say in cartridge.yaml where it comes out (output).`,
  }),
  'command-failed': entry<{ command: string; doing: string; exit: string; said: string[]; log?: string }>({
    exit: 1,
    http: 500,
    message: ({ command, doing, exit, said }) =>
      `${doing} failed: ${command} ended with ${exit}.${quoted(said)}`,
    hint: ({ command, log }) =>
      log === undefined
        ? `Run it by hand to see more, or check the tool: vm doctor (${command})`
        : `All that it said: ${log}`,
  }),
  'kernel-unreadable': entry<{ file: string; problem: string }>({
    exit: 1,
    http: 422,
    message: ({ file, problem }) => `${file} is no kernel that can be unpacked: ${problem}.`,
    hint: () => 'It must be an x86 bzImage (2.08 or newer) or an ELF vmlinux.',
  }),
  'iso-unfit': entry<{ file: string; problem: string; hint?: string }>({
    exit: 1,
    http: 422,
    message: ({ file, problem }) => `${file} ${problem}.`,
    hint: ({ hint }) => hint ?? 'Compare its digest with the one that its publisher gives, or get it again.',
  }),
  'append-too-long': entry<{ length: number; limit: number }>({
    exit: 2,
    http: 422,
    message: ({ length, limit }) =>
      `The kernel's command line has ${length} bytes; Linux reads ${limit} of them and drops the rest.`,
    hint: () => 'Leave out what is not needed: --append takes the place of what an ISO has.',
  }),
  'kernel-unfit': entry<{ kernel: string; lacks: string[] }>({
    exit: 1,
    http: 422,
    message: ({ kernel, lacks }) =>
      `The kernel ${kernel} cannot find this root: it has no ${list(lacks)}, neither as a module nor built in.`,
    hint: () =>
      "Take a distribution's generic kernel (Debian's linux-image-amd64; its cloud kernel has no 9p).",
  }),
  'initrd-unfit': entry<{ file: string; problem: string }>({
    exit: 1,
    http: 422,
    message: ({ file, problem }) =>
      `Nothing can be brought into the guest by its initrd ${file}: ${problem}.`,
    hint: () => 'Bring it on a disk or by a share, or run the system with its own boot loader.',
  }),
  'disk-not-found': entry<{ name: string; disk: string; available: string[] }>({
    exit: 3,
    http: 404,
    message: ({ name, disk }) => `${name} has no disk ${disk}.`,
    hint: ({ name, available }) =>
      available.length > 0 ? `It has: ${list(available)}` : `Add one: vm disk add ${name} 20G`,
  }),
  'disk-holds-data': entry<{ name: string; disk: string; size: string; needs: string }>({
    exit: 4,
    http: 409,
    message: ({ name, disk, size, needs }) =>
      `${name}: ${disk} cannot be cut to ${size}: it holds data up to ${needs}.`,
    hint: ({ name }) => `Shrink what is inside in the guest first. Its disks: vm disk list ${name}`,
  }),
  'disk-unfit': entry<{ name: string; disk: string; problem: string }>({
    exit: 1,
    http: 422,
    message: ({ name, disk, problem }) => `${name}: the disk ${disk} ${problem}.`,
    hint: ({ name }) => `See its disks: vm disk list ${name}`,
  }),
  'device-unfit': entry<{ device: string; reason: string; problem: string; next: string }>({
    exit: 1,
    http: 422,
    message: ({ device, problem }) => `${device} ${problem}: nothing was written.`,
    hint: ({ next }) => next,
  }),
  'device-busy': entry<{ device: string; reason: string; problem: string; next: string }>({
    exit: 4,
    http: 409,
    message: ({ device, problem }) => `${device} ${problem}: nothing was written.`,
    hint: ({ next }) => next,
  }),
  'device-unconfirmed': entry<{ device: string; name: string; typed: string | undefined; command: string }>({
    exit: 2,
    http: 400,
    message: ({ device, name, typed }) =>
      typed === undefined
        ? `All that is on ${device} would be lost, so it has to be named again: nothing was written.`
        : `${JSON.stringify(typed.slice(0, 80))} is not ${name}, the name of ${device}: nothing was written.`,
    hint: ({ command }) => `If it is the right one: ${command}`,
  }),
  'device-failed': entry<{ device: string; doing: string; offset: number; problem: string; state: string }>({
    exit: 1,
    http: 502,
    message: ({ device, doing, offset, problem, state }) =>
      `${device} failed at byte ${offset} (${roundSize(offset)}) while ${doing}: ${problem.replace(/[^?]$/, '$&.')} ${state}`,
    hint: () => 'Try another port or another device. What the kernel says of it: dmesg | tail',
  }),
  'device-differs': entry<{ device: string; image: string; offset: number }>({
    exit: 1,
    http: 502,
    message: ({ device, image, offset }) =>
      `${device} does not hold what was written: it differs from ${image} at byte ${offset} (${roundSize(offset)}).`,
    hint: () => 'Write it again; if it differs again, the device is worn out or smaller than it says.',
  }),
  'deploy-interrupted': entry<{ device: string; state: string }>({
    exit: 130,
    http: 499,
    message: ({ state }) => `Interrupted. ${state}`,
    hint: ({ device }) => `Nothing is lost by doing it again: vm deploy ISO ${device}`,
  }),
  'image-changed': entry<{ file: string; device: string }>({
    exit: 4,
    http: 409,
    message: ({ file, device }) =>
      `${file} has changed while it was written to ${device}, which holds neither whole.`,
    hint: ({ device }) => `Wait until whoever makes it is done, then: vm deploy ISO ${device}`,
  }),
  'file-missing': entry<{ file: string; what: string }>({
    exit: 3,
    http: 422,
    message: ({ file, what }) => `${what} ${file} does not exist or cannot be read.`,
    hint: () => 'Check the path and its permissions.',
  }),
  'file-changed': entry<{ file: string }>({
    exit: 1,
    http: 409,
    message: ({ file }) => `${file} changed while it was being packed.`,
    hint: () => 'Try again when nothing writes to it, or leave it out: vm pack --exclude NAME',
  }),
  'entry-unfit': entry<{ path: string; problem: string }>({
    exit: 1,
    http: 422,
    message: ({ path, problem }) => `${path} cannot be in an initramfs: ${problem}.`,
    hint: () => 'Leave it out (vm pack --exclude NAME), and bring it on a disk or by a share.',
  }),
  'initramfs-unreadable': entry<{ file: string; offset: number; problem: string }>({
    exit: 1,
    http: 422,
    message: ({ file, offset, problem }) =>
      `${file} cannot be read as an initramfs: at byte ${offset}, ${problem}.`,
    hint: () => 'Make it again, or get it again: it is damaged, cut off, or something else.',
  }),
  'devices-invalid': entry<{ file: string; line: number; problem: string }>({
    exit: 2,
    http: 422,
    message: ({ file, line, problem }) => `${file}, line ${line}: ${problem}.`,
    hint: () =>
      'A line each, as gen_init_cpio takes it: nod dev/console 600 0 0 c 5 1   More: docs/initramfs.md',
  }),
  'file-unwritable': entry<{ file: string; problem: string }>({
    exit: 1,
    http: 500,
    message: ({ file, problem }) => `${file} cannot be written: ${problem}.`,
    hint: () => 'Name a file in a directory that you may write to.',
  }),
  'disk-full': entry<{ path: string; doing: string }>({
    exit: 1,
    http: 507,
    message: ({ path, doing }) => `No space is left at ${path} while ${doing}; nothing was kept.`,
    hint: () => 'Free some space, then try again. What images hold: vm image list',
  }),
  'space-short': entry<{ path: string; doing: string; needed: number; free: number }>({
    exit: 1,
    http: 507,
    message: ({ path, doing, needed, free }) =>
      `${doing} takes about ${roundSize(needed)} at ${path}, where ${roundSize(free)} are free.`,
    hint: () => 'Free some space, then try again. What images hold: vm image list',
  }),
  'directory-unusable': entry<{ path: string; problem: string }>({
    exit: 6,
    http: 500,
    message: ({ path, problem }) => `The directory of machines ${path} cannot be used: ${problem}.`,
    hint: () => 'Set VMDIR to a directory that you may write to.',
  }),
  'tool-missing': entry<{ tool: string; purpose: string; install?: string | undefined }>({
    exit: 6,
    http: 501,
    message: ({ tool, purpose }) => `${tool} is not installed; it is needed ${purpose}.`,
    hint: ({ install }) =>
      install
        ? `Install it: ${install}   All that is missing: vm doctor`
        : 'See what is missing, and how to install it: vm doctor',
  }),
  'viewer-missing': entry<{ name: string; reason: string }>({
    exit: 6,
    http: 501,
    message: ({ name, reason }) => `There is nothing to show the screen of ${name} with: ${reason}.`,
    hint: ({ name }) =>
      `Let a VNC viewer elsewhere in: vm screen ${name} --listen 127.0.0.1:5901   Or take a picture: vm screenshot ${name}`,
  }),
  'subuids-missing': entry<{ user: string; file: string; range: string }>({
    exit: 6,
    http: 501,
    message: ({ user, file }) =>
      `${user} has no 65536 subordinate ids in ${file}, which stand for the users of a system that is built.`,
    hint: ({ user, range }) =>
      `As root: usermod --add-subuids ${range} --add-subgids ${range} ${user}   Or build as root.`,
  }),
  'editor-failed': entry<{ editor: string; exit: string; copy: string }>({
    exit: 1,
    http: 500,
    message: ({ editor, exit }) => `The editor ${editor} ended with ${exit}; nothing was changed.`,
    hint: ({ copy }) => `Set EDITOR to one that works here.${copy ? ` Your text is kept in ${copy}` : ''}`,
  }),
  'request-invalid': entry<{ problem: string }>({
    exit: 2,
    http: 400,
    message: ({ problem }) => `The request ${problem}.`,
    hint: () => 'See what can be asked, and how: GET /openapi.json',
  }),
  'request-too-large': entry<{ limit: number }>({
    exit: 2,
    http: 413,
    message: ({ limit }) => `The request is larger than the ${roundSize(limit)} that are taken.`,
    hint: () => 'Bytes without a limit go over a WebSocket. See: GET /openapi.json',
  }),
  'route-unknown': entry<{ method: string; path: string }>({
    exit: 2,
    http: 404,
    message: ({ method, path }) => `There is nothing at ${method} ${JSON.stringify(path.slice(0, 200))}.`,
    hint: () => 'See what can be asked, and how: GET /openapi.json',
  }),
  'method-unfit': entry<{ method: string; path: string; allowed: string[] }>({
    exit: 2,
    http: 405,
    message: ({ method, path, allowed }) =>
      `${JSON.stringify(path.slice(0, 200))} is not for ${method}, but for ${list(allowed)}.`,
    hint: () => 'See what can be asked, and how: GET /openapi.json',
  }),
  'websocket-needed': entry<{ operation: string; path: string }>({
    exit: 2,
    http: 426,
    message: ({ operation }) => `${operation} streams: it is called over a WebSocket alone.`,
    hint: ({ path }) =>
      `Open a WebSocket at ${path}, of the subprotocol vivarium; its first message is {"parameters":{…}}.`,
  }),
  'origin-refused': entry<{ header: string; value: string }>({
    exit: 1,
    http: 403,
    message: ({ header, value }) =>
      `${header} is ${JSON.stringify(value.slice(0, 200))}: it is not served here.`,
    hint: ({ header }) =>
      header === 'Host'
        ? 'Use the address that vmd listens at, or have it take this name: vm serve --allow-host NAME'
        : 'Pages of other origins may not reach this one.',
  }),
  'too-many-requests': entry<{ seconds: number }>({
    exit: 4,
    http: 429,
    message: () => 'There were too many requests.',
    hint: ({ seconds }) => `Try again in ${seconds} s.`,
  }),
  'too-many-open': entry<{ most: number }>({
    exit: 4,
    http: 429,
    message: ({ most }) => `The token has ${most} calls and streams open already, which is the most.`,
    hint: () => 'Close some of them, and try again.',
  }),
  'service-running': entry<{ directory: string; pid: number }>({
    exit: 4,
    http: 409,
    message: ({ directory, pid }) => `A vmd serves ${directory} already (pid ${pid}).`,
    hint: ({ pid }) => `Use it, or end it: kill ${pid}   No machine notices.`,
  }),
  'address-unusable': entry<{ address: string; problem: string }>({
    exit: 1,
    http: 500,
    message: ({ address, problem }) => `vmd cannot listen at ${address}: ${problem}.`,
    hint: () => 'Choose another: vm serve --listen 127.0.0.1:8470   Port 0 takes a free one.',
  }),
  'service-unreachable': entry<{ address: string; problem: string; lines?: string[]; hint?: string }>({
    exit: 1,
    http: 502,
    message: ({ address, problem, lines = [] }) =>
      `${address} cannot be reached: ${problem}.${quoted(lines)}`,
    hint: ({ hint = 'See that vmd runs there: vm serve' }) => hint,
  }),
  'context-not-found': entry<{ name: string; similar: string[] }>({
    exit: 3,
    http: 404,
    message: ({ name }) => `There is no context ${name}.`,
    hint: ({ name, similar }) =>
      similar.length > 0 ? `Did you mean: ${list(similar)}` : `Make it: vm context add ${name} ssh://HOST`,
  }),
  'context-exists': entry<{ name: string; url: string; wanted: string }>({
    exit: 4,
    http: 409,
    message: ({ name, url }) => `There is a context ${name} already: ${url}.`,
    hint: ({ name, wanted }) =>
      `Choose another name, or put it in the place of that one and its token: vm context add --force ${name} ${quoteWord(wanted)}`,
  }),
  'contexts-invalid': entry<{ file: string; problem: string }>({
    exit: 1,
    http: 500,
    message: ({ file, problem }) => `${file} cannot be used: ${problem}.`,
    hint: ({ file }) => `Mend it, or begin anew: rm ${quoteWord(file)}`,
  }),
  'not-remote': entry<{ command: string; address: string; instead: string }>({
    exit: 2,
    http: 400,
    message: ({ command, address }) => `vm ${command} does not go through ${address}.`,
    hint: ({ instead }) => instead,
  }),
  'path-relative': entry<{ operation: string; parameter: string; path: string }>({
    exit: 2,
    http: 400,
    message: ({ operation, parameter, path }) =>
      path === ''
        ? `${operation}: ${parameter} is missing: vmd has no working directory of yours.`
        : `${operation}: ${parameter} is the relative path ${JSON.stringify(path)}, and vmd has no working directory of yours.`,
    hint: () => 'Give the whole path, as it is on the host where the machines are: /home/me/x.iso',
  }),
  'remote-failed': entry<{ code: string; said: string }>({
    exit: 1,
    http: 500,
    message: ({ said }) => said,
    hint: ({ code }) => `This program does not know the error ${code} of the other one.`,
  }),
  unexpected: entry<{ operation: string; said: string }>({
    exit: 1,
    http: 500,
    message: ({ operation, said }) => `${operation} failed as it should not have: ${said}.`,
    hint: () => 'This is a fault of the program; what vmd writes to its log has more.',
  }),
  timeout: entry<{ awaited: string; ms: number; lines: string[]; hint: string }>({
    exit: 5,
    http: 504,
    message: ({ awaited, ms, lines }) =>
      `Waited ${roundDuration(ms)} for ${awaited}, in vain.${quoted(lines)}`,
    hint: ({ hint }) => hint,
  }),
  interrupted: entry<Record<never, never>>({
    exit: 130,
    http: 499,
    message: () => 'Interrupted.',
    hint: () => 'What was begun is taken back, or goes on by itself. See: vm list',
  }),
};

export type ErrorCode = keyof typeof errorTable;
export type ErrorDetails<Code extends ErrorCode> = Parameters<(typeof errorTable)[Code]['message']>[0];
