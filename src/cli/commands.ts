import type { OperationName } from '../protocol/operations.ts';
import type { ownFlags } from './own-flags.ts';

/** One command of `vm`. */
export interface Entry {
  /** Whose parameters are its arguments and flags. */
  operation?: OperationName;
  /** Its flags in own-flags.ts, beside those of its operation. */
  flags?: keyof typeof ownFlags;
  /** Where there is no operation: a sentence, and how it is called. */
  summary?: string;
  usage?: string;
  example: string;
  /** Takes several machines and does each, side by side. */
  many?: true;
  /** Returns nothing that --json could print. */
  plain?: true;
  /** It is about this host and this program, whatever host other commands go to. */
  local?: true;
}

/** Entries whose names stay known, so that a command without its loader is a compile error. */
const group = <Name extends string>(entries: Record<Name, Entry>): Record<Name, Entry> => entries;

/** Every command, in the order of the help, grouped under a heading. */
export const groups = {
  Machines: group({
    list: { operation: 'machine.list', example: 'vm list --json' },
    show: { operation: 'machine.show', example: 'vm show hello' },
    status: {
      operation: 'machine.status',
      example: 'vm status hello',
      many: true,
    },
    top: {
      operation: 'machine.usage',
      flags: 'top',
      summary: 'Show what machines take of the host, again and again',
      example: 'vm top --once',
    },
    make: {
      operation: 'machine.make',
      example: 'vm make hello --image tiny --memory 256M --forward 2222:22',
    },
    import: {
      operation: 'machine.import',
      example: 'vm import quickemu ubuntu-24.04.conf',
    },
    rm: { operation: 'machine.remove', example: 'vm rm hello', many: true },
    rename: {
      operation: 'machine.rename',
      example: 'vm rename hello world',
    },
    set: {
      operation: 'machine.set',
      example: 'vm set hello memory=2G cpus=2',
    },
    edit: {
      operation: 'machine.read',
      summary: 'Edit machine.yaml in your editor',
      example: 'vm edit hello',
      plain: true,
    },
    autostart: {
      operation: 'machine.autostart',
      example: 'vm autostart hello on',
    },
  }),
  Power: group({
    start: {
      operation: 'machine.start',
      example: 'vm start hello',
      many: true,
    },
    boot: { operation: 'machine.boot', example: 'vm boot hello -snapshot' },
    stop: {
      operation: 'machine.stop',
      example: 'vm stop hello',
      many: true,
    },
    restart: {
      operation: 'machine.restart',
      example: 'vm restart hello',
      many: true,
    },
    kill: {
      operation: 'machine.kill',
      example: 'vm kill hello',
      many: true,
    },
    pause: {
      operation: 'machine.pause',
      example: 'vm pause hello',
      many: true,
    },
    suspend: {
      operation: 'machine.suspend',
      example: 'vm suspend hello',
      many: true,
    },
    resume: {
      operation: 'machine.resume',
      example: 'vm resume hello',
      many: true,
    },
    sv: { operation: 'machine.sv', example: 'vm sv status hello', many: true },
  }),
  'Snapshots and forks': group({
    launch: {
      operation: 'machine.launch',
      example: 'vm launch tiny',
    },
    fork: {
      operation: 'machine.fork',
      example: 'vm fork hello --count 3 --ephemeral',
    },
    restore: {
      operation: 'snapshot.restore',
      example: 'vm restore hello@s1',
    },
    'snapshot create': {
      operation: 'snapshot.create',
      example: 'vm snapshot create hello before-upgrade',
    },
    'snapshot list': { operation: 'snapshot.list', example: 'vm snapshot list' },
    'snapshot show': { operation: 'snapshot.show', example: 'vm snapshot show hello@s1' },
    'snapshot restore': {
      operation: 'snapshot.restore',
      example: 'vm snapshot restore hello before-upgrade',
    },
    'snapshot verify': { operation: 'snapshot.verify', example: 'vm snapshot verify' },
    'snapshot rm': { operation: 'snapshot.remove', example: 'vm snapshot rm hello s1' },
  }),
  'At the machine': group({
    console: {
      operation: 'machine.console',
      example: 'echo uname -a | vm console hello',
      plain: true,
    },
    logs: {
      operation: 'machine.logs',
      example: 'vm logs -f hello',
      plain: true,
    },
    screenshot: {
      operation: 'machine.screenshot',
      usage: 'vm screenshot NAME [FILE.png]',
      example: 'vm screenshot hello screen.png',
    },
    screen: {
      operation: 'machine.screen',
      flags: 'screen',
      example: 'vm screen hello --listen 127.0.0.1:5901',
      plain: true,
    },
    keys: {
      operation: 'machine.keys',
      example: 'vm keys hello ctrl-alt-delete',
    },
    type: { operation: 'machine.type', example: "vm type hello 'uname -a'" },
    monitor: {
      operation: 'machine.monitor',
      example: 'echo info status | vm monitor hello',
      plain: true,
    },
    qmp: { operation: 'machine.qmp', example: 'vm qmp hello query-status' },
  }),
  'In the guest': group({
    exec: {
      operation: 'machine.exec',
      example: 'vm exec hello -- uname -a',
      plain: true,
    },
    ssh: {
      operation: 'machine.ssh',
      example: 'vm ssh hello df -h',
    },
    cp: {
      operation: 'machine.copy',
      usage: 'vm cp SRC… DST [FLAGS]',
      example: 'vm cp notes.txt hello:/root/',
    },
    wait: {
      operation: 'machine.wait',
      example: 'vm wait hello --for console:login:',
    },
  }),
  Disks: group({
    'disk list': { operation: 'disk.list', example: 'vm disk list hello' },
    'disk add': { operation: 'disk.add', example: 'vm disk add hello 20G' },
    'disk resize': { operation: 'disk.resize', example: 'vm disk resize hello +10G' },
    'disk rm': { operation: 'disk.remove', example: 'vm disk rm hello 1' },
  }),
  Images: group({
    'image list': {
      operation: 'image.list',
      example: 'vm image list',
    },
    'image build': {
      operation: 'image.build',
      example: 'vm image build debian --packages nginx,git --name web',
    },
    'image pull': {
      operation: 'image.pull',
      example: 'vm image pull debian-12',
    },
    'image catalogue': {
      operation: 'image.catalogue',
      example: 'vm image catalogue',
    },
    'image import': {
      operation: 'image.import',
      example: 'vm image import disk.vmdk --name appliance',
    },
    'image show': {
      operation: 'image.show',
      example: 'vm image show debian-12',
    },
    'image verify': {
      operation: 'image.verify',
      example: 'vm image verify',
    },
    'image prune': {
      operation: 'image.prune',
      example: 'vm image prune --unused --dry-run',
    },
    'image rm': {
      operation: 'image.remove',
      example: 'vm image rm tiny',
    },
  }),
  'Making systems': group({
    run: {
      operation: 'machine.run',
      flags: 'run',
      example: 'vm run --root ./tree -- make check',
      plain: true,
    },
    pack: {
      operation: 'initramfs.pack',
      example: 'vm pack rootfs -o initramfs.zst',
    },
    'pack list': {
      operation: 'initramfs.list',
      example: 'vm pack --list /boot/initrd.img',
    },
    'cartridge init': { operation: 'cartridge.init', example: 'vm cartridge init' },
    build: { operation: 'cartridge.build', example: 'vm build --clean' },
    eject: { operation: 'cartridge.eject', example: 'vm eject --all' },
    deploy: {
      operation: 'device.write',
      usage: 'vm deploy [ISO] [DEVICE] [FLAGS]',
      example: 'vm deploy live.iso /dev/sdb',
    },
  }),
  Serving: group({
    'context add': {
      flags: 'context',
      summary: 'Save another host under a name',
      usage: 'vm context add NAME URL [--token TOKEN|-] [--force]',
      example: 'vm context add box ssh://me@box',
      local: true,
    },
    'context list': {
      summary: 'List the hosts that were saved',
      usage: 'vm context list',
      example: 'vm context list',
      local: true,
    },
    'context use': {
      summary: 'Have all commands go to a saved host, or to this one again: -',
      usage: 'vm context use NAME|-',
      example: 'vm context use box',
      local: true,
    },
    'context rm': {
      summary: 'Forget a saved host',
      usage: 'vm context rm NAME',
      example: 'vm context rm box',
      local: true,
    },
    serve: {
      flags: 'serve',
      summary: 'Serve the machines over HTTP, and start those that are to autostart: vmd',
      usage: 'vm serve [FLAGS]',
      example: 'vm serve --listen 8470',
      plain: true,
      local: true,
    },
    'token create': {
      operation: 'token.create',
      example: "vm token create ci --scope control --machines 'ci-*' --max-machines 3 --max-memory 2G",
    },
    'token list': { operation: 'token.list', example: 'vm token list' },
    'token revoke': { operation: 'token.revoke', example: 'vm token revoke ci' },
    'token self': { operation: 'token.self', example: 'vm token self --host http://box:8470' },
    audit: { operation: 'host.audit', example: 'vm audit --refused' },
  }),
  'This program': group({
    doctor: { operation: 'host.doctor', example: 'vm doctor' },
    events: { operation: 'host.events', example: 'vm events --json' },
    completion: {
      summary: 'Print the completion script of a shell',
      usage: 'vm completion bash|zsh|fish',
      example: 'eval "$(vm completion bash)"',
      plain: true,
      local: true,
    },
    help: {
      summary: 'Explain a command, machine.yaml, a recipe or a cartridge',
      usage: 'vm help [COMMAND | machine.yaml | recipe.yaml | cartridge.yaml]',
      example: 'vm help make',
      plain: true,
      local: true,
    },
    version: {
      summary: 'Print the versions of vm, Node and QEMU',
      usage: 'vm version',
      example: 'vm version --json',
      local: true,
    },
  }),
};

/** Commands that scripts and shells call, not people. */
export const hidden = group({
  compile: {
    summary: "Write a machine's scripts anew",
    usage: 'vm compile DIR',
    example: 'vm compile .',
    plain: true,
    local: true,
  },
  continue: {
    summary: 'Have a machine that was just started go on from its saved state',
    usage: 'vm continue DIR',
    example: 'vm continue .',
    plain: true,
    local: true,
  },
  reap: {
    summary: 'Remove a machine that was to be gone when it has stopped',
    usage: 'vm reap DIR',
    example: 'vm reap .',
    plain: true,
    local: true,
  },
  dial: {
    summary: "Connect standard input and output with this home's vmd: what vm --host ssh://… calls here",
    usage: 'vm dial',
    example: 'ssh box vm dial',
    plain: true,
    local: true,
  },
  complete: {
    summary: 'Print what could come next',
    usage: 'vm complete -- WORD…',
    example: 'vm complete -- st',
    plain: true,
    local: true,
  },
  vmdir: {
    summary: 'Print where the machines are',
    usage: 'vm vmdir',
    example: 'vm vmdir',
    plain: true,
    local: true,
  },
});

type Group = (typeof groups)[keyof typeof groups] | typeof hidden;
export type CommandName = Group extends infer Each ? (Each extends unknown ? keyof Each : never) : never;

/** Other names that people try. */
export const aliases: Record<string, string> = {
  ls: 'list',
  remove: 'rm',
  'disk ls': 'disk list',
  'disk remove': 'disk rm',
  'snapshot ls': 'snapshot list',
  'snapshot remove': 'snapshot rm',
  'context ls': 'context list',
  'context remove': 'context rm',
  'image ls': 'image list',
  'image remove': 'image rm',
  'token ls': 'token list',
  'token rm': 'token revoke',
  'pack --list': 'pack list',
  'pack -l': 'pack list',
  '--help': 'help',
  '-h': 'help',
  '--version': 'version',
  '-V': 'version',
};

export const commands: Record<CommandName, Entry> = Object.assign({}, ...Object.values(groups), hidden);

/** The command that the words begin with, and the words after it. */
export function findCommand(
  words: readonly string[],
): { name: CommandName; entry: Entry; rest: string[] } | undefined {
  for (const count of [2, 1]) {
    const typed = words.slice(0, count).join(' ');
    const name = Object.hasOwn(aliases, typed) ? (aliases[typed] as string) : typed;
    if (isCommand(name) && words.length >= count) {
      return { name, entry: commands[name], rest: words.slice(count) };
    }
  }
  return undefined;
}

const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name);

/** The commands that begin with a word: `snapshot create`, `snapshot list`, … */
export const groupOf = (word: string): string[] =>
  Object.keys(commands).filter((name) => word !== '' && name.startsWith(`${word} `));
