import { describe, expect, test } from 'vitest';
import { type ErrorCode, type ErrorDetails, errorTable } from './error-table.ts';
import { errnoOf, isVivariumError, VivariumError } from './errors.ts';

/** Details of each error, with a word in them that its message must name. */
const samples: { [Code in ErrorCode]: [ErrorDetails<Code>, names: string] } = {
  'name-invalid': [{ what: 'a machine', name: 'a/b' }, '"a/b"'],
  'parameter-invalid': [{ operation: 'make', parameter: 'cpus', problem: 'is wrong' }, 'make: cpus'],
  'command-unknown': [{ command: 'strat', similar: ['start'] }, 'strat'],
  'config-invalid': [{ file: '/etc/conf', line: 3, problem: 'is no pair' }, '/etc/conf, line 3'],
  'setting-invalid': [{ variable: 'VMCONF_X', value: '20 gigs', problem: 'must be a size' }, '"20 gigs"'],
  'request-invalid': [{ problem: 'is no JSON' }, 'is no JSON'],
  'request-too-large': [{ limit: 2 ** 20 }, '1M'],
  'route-unknown': [{ method: 'GET', path: '/v2' }, 'GET "/v2"'],
  'method-unfit': [{ method: 'GET', path: '/v1/x', allowed: ['POST'] }, 'GET, but for POST'],
  'websocket-needed': [{ operation: 'machine.logs', path: '/v1/machine/logs' }, 'machine.logs'],
  'origin-refused': [{ header: 'Host', value: 'evil.example' }, 'evil.example'],
  'too-many-requests': [{ seconds: 3 }, 'too many'],
  'too-many-open': [{ most: 200 }, '200 calls'],
  'service-running': [{ directory: '/vms', pid: 7 }, '/vms already (pid 7)'],
  'address-unusable': [{ address: '0.0.0.0:80', problem: 'you may not' }, '0.0.0.0:80'],
  'service-unreachable': [{ address: 'ssh://box', problem: 'nobody listens' }, 'ssh://box'],
  'context-not-found': [{ name: 'box', similar: [] }, 'context box'],
  'spec-changed': [{ name: 'hello' }, 'machine.yaml of hello'],
  'context-exists': [{ name: 'box', url: 'ssh://box', wanted: 'ssh://x' }, 'box already: ssh://box'],
  'contexts-invalid': [{ file: '/c/contexts.json', problem: 'it holds none' }, '/c/contexts.json'],
  'not-remote': [{ command: 'ssh', address: 'http://box:80', instead: 'vm exec' }, 'http://box:80'],
  'path-relative': [{ operation: 'make', parameter: 'iso', path: 'x.iso' }, '"x.iso"'],
  'remote-failed': [{ code: 'brand-new', said: 'It is new.' }, 'It is new'],
  unexpected: [{ operation: 'machine.list', said: 'x is no function' }, 'machine.list'],
  'machine-not-found': [{ name: 'hello', similar: [] }, 'hello'],
  'warm-name-taken': [{ name: 'warm-tiny', image: 'tiny' }, 'warm-tiny'],
  'machine-exists': [{ name: 'hello' }, 'hello'],
  'machine-state': [{ name: 'hello', state: 'paused', verb: 'started', next: 'vm resume hello' }, 'paused'],
  'state-broken': [{ name: 'hello', file: 'a/saved.json', problem: 'it is empty' }, 'a/saved.json'],
  'state-unfit': [{ name: 'hello', differs: 'QEMU is older', next: 'vm start --cold hello' }, 'older'],
  'save-unfit': [{ name: 'hello', what: 'disks.0', problem: 'is NVMe', next: 'vm edit hello' }, 'disks.0'],
  'share-mounted': [
    { name: 'hello', share: 'src', path: '/mnt/src', reason: 'sh (pid 60) uses it' },
    'sh (pid 60)',
  ],
  'save-failed': [{ name: 'hello', said: 'no' }, 'no'],
  'resume-failed': [{ name: 'hello', said: 'no', lines: [] }, 'no'],
  'snapshot-not-found': [{ name: 'hello', snapshot: 's1', available: [] }, 's1'],
  'snapshot-exists': [{ name: 'hello', snapshot: 's1' }, 's1'],
  'snapshot-in-use': [{ name: 'hello', snapshot: 's1', users: ['hello-1'] }, 'hello-1'],
  'machine-in-use': [{ name: 'hello', users: ['hello-1'] }, 'hello-1'],
  'snapshot-broken': [{ name: 'hello', snapshot: 's1', problem: 'it is empty' }, 'empty'],
  'machine-busy': [{ name: 'hello', by: 'another command' }, 'hello'],
  'spec-invalid': [{ file: 'a.yaml', line: 1, column: 2, problem: 'cpus is wrong' }, 'line 1, column 2'],
  'spec-missing': [{ name: 'hello' }, 'hello/templates'],
  'spec-newer': [{ file: 'a.yaml', version: 9, known: 1 }, 'version 9'],
  'iso-unfit': [{ file: '/isos/a.iso', problem: 'is no ISO 9660 image' }, '/isos/a.iso'],
  'append-too-long': [{ length: 3000, limit: 2047 }, '3000'],
  'disk-not-found': [{ name: 'hello', disk: '3', available: ['0'] }, 'no disk 3'],
  'disk-holds-data': [{ name: 'hello', disk: 'drive.qcow2', size: '1G', needs: '2G' }, 'up to 2G'],
  'disk-unfit': [{ name: 'hello', disk: 'a.img', problem: 'is read-only' }, 'a.img is read-only'],
  'image-replaced': [{ name: 'debian', machine: 'web' }, 'image debian was replaced'],
  'seed-unfit': [{ name: 'hello', file: 'data.yaml', problem: 'is no text' }, 'data.yaml is no text'],
  'template-invalid': [{ file: 'a/templates/b', line: 4, problem: 'has a pipe' }, 'line 4'],
  'template-not-found': [{ name: 'mem', available: ['kvm'] }, 'mem'],
  'qemu-failed': [{ name: 'hello', said: ['oh no'], source: 'cdrom', advice: 'Mend it.' }, 'cdrom'],
  'accelerator-unusable': [{ name: 'hello', accelerator: 'kvm', reason: 'it hangs' }, 'kvm'],
  'qmp-failed': [{ name: 'hello', command: 'stop', said: 'no.' }, 'stop'],
  'qmp-closed': [{ name: 'hello', command: 'stop' }, 'stop'],
  'console-missing': [{ name: 'hello', what: 'screen' }, 'screen'],
  'console-busy': [{ name: 'hello', what: 'console' }, 'console'],
  'agent-missing': [{ name: 'hello', reason: 'nothing in the guest listens' }, 'listens'],
  'agent-failed': [{ name: 'hello', said: 'it is out of step' }, 'out of step'],
  'ssh-unreachable': [{ name: 'hello', reason: 'it has no user network' }, 'user network'],
  'copy-failed': [{ name: 'hello', said: ['tar: no space'] }, 'hello'],
  'machine-ended': [{ name: 'hello', reason: 'QEMU was killed', lines: ['oops'] }, 'QEMU was killed'],
  'subject-unknown': [{ what: 'a.iso', similar: [] }, 'a.iso'],
  'subject-unfit': [{ what: 'a.gz', problem: 'it is packed', next: 'Unpack it.' }, 'a.gz cannot'],
  'key-unknown': [{ key: 'any', similar: [] }, 'any'],
  'import-invalid': [{ file: 'a.conf', problem: 'is no text' }, 'a.conf cannot'],
  'disk-busy': [{ file: '/vms/a.qcow2' }, '/vms/a.qcow2'],
  'token-invalid': [{ problem: 'there is none such' }, 'none such'],
  'permission-denied': [
    { token: 'ci', operation: 'machine.boot', problem: 'x' },
    'ci may not do machine.boot',
  ],
  'limit-reached': [
    { token: 'ci', limit: 'memory', most: '2G', used: '1.5G', asked: '1G' },
    'ci may have 2G of memory',
  ],
  'token-exists': [{ name: 'ci' }, 'ci'],
  'token-not-found': [{ name: 'ci', similar: [] }, 'ci'],
  'tokens-unreadable': [{ file: '/vms/.vmd/tokens.json', problem: 'it is no JSON' }, '/vms/.vmd/tokens.json'],
  'image-not-found': [{ name: 'tiny', available: [] }, 'tiny'],
  'image-in-use': [{ name: 'tiny', by: ['a', 'b'] }, 'a, b'],
  'image-broken': [{ name: 'tiny', reason: 'it has no kernel' }, 'no kernel'],
  'image-exists': [{ name: 'tiny' }, 'tiny'],
  'not-an-image': [{ file: 'a.html', looksLike: 'an HTML page' }, 'an HTML page'],
  'image-unsafe': [{ file: 'a.vmdk', problem: 'it has a parent' }, 'a.vmdk'],
  'image-unreadable': [{ file: 'a.vdi', problem: 'it is cut off', said: ['bad block'] }, 'cut off'],
  'catalogue-unknown': [{ name: 'debain', similar: ['debian-12'] }, 'debain'],
  'catalogue-invalid': [{ file: 'catalogue.yaml', problem: 'x is wrong' }, 'catalogue.yaml'],
  'download-failed': [{ url: 'http://a/b', problem: 'nobody answers' }, 'http://a/b'],
  'digest-wrong': [{ what: 'http://a/b', algorithm: 'sha256', expected: '12', found: '34' }, '34'],
  'recipe-unknown': [{ name: 'huge', available: ['tiny'] }, 'huge'],
  'command-failed': [{ command: 'xz', doing: 'Packing', exit: 'exit code 1', said: ['bad'] }, 'xz'],
  'kernel-unreadable': [{ file: 'vmlinuz', problem: 'too short' }, 'vmlinuz'],
  'initrd-unfit': [{ file: 'initrd.img', problem: 'it leaves for no other root' }, 'initrd.img'],
  'kernel-unfit': [{ kernel: '6.1.0-56-cloud-amd64', lacks: ['9p'] }, '6.1.0-56-cloud-amd64'],
  'device-unfit': [
    { device: '/dev/sdb1', reason: 'partition', problem: 'is a partition of /dev/sdb', next: 'vm deploy' },
    '/dev/sdb1 is a partition',
  ],
  'device-busy': [
    { device: '/dev/sdb', reason: 'swap', problem: 'is in use: sdb is swap', next: 'swapoff /dev/sdb' },
    'sdb is swap',
  ],
  'device-unconfirmed': [
    { device: '/dev/sdb', name: 'sdb', typed: 'sdc', command: 'vm deploy a.iso /dev/sdb' },
    '"sdc" is not sdb',
  ],
  'device-failed': [
    { device: '/dev/sdb', doing: 'it was read back', offset: 4096, problem: 'it is gone', state: 'Sad.' },
    'byte 4096 (4K)',
  ],
  'device-differs': [{ device: '/dev/sdb', image: 'a.iso', offset: 4097 }, 'byte 4097'],
  'deploy-interrupted': [{ device: '/dev/sdb', state: '/dev/sdb holds a part.' }, 'holds a part'],
  'image-changed': [{ file: 'a.iso', device: '/dev/sdb' }, 'a.iso has changed'],
  'file-missing': [{ file: 'a.iso', what: 'The file' }, 'a.iso'],
  'file-changed': [{ file: '/tree/log' }, '/tree/log'],
  'devices-invalid': [{ file: 'devices', line: 2, problem: 'it is wrong' }, 'devices, line 2'],
  'entry-unfit': [{ path: '/tree/disk', problem: 'it has 4 GiB or more' }, '/tree/disk'],
  'initramfs-unreadable': [{ file: 'initrd', offset: 512, problem: 'it is cut off' }, 'at byte 512'],
  'file-unwritable': [{ file: 'a.png', problem: 'it is a directory' }, 'a.png'],
  'disk-full': [{ path: '/vms', doing: 'making a disk' }, '/vms'],
  'space-short': [{ path: '/vms', doing: 'Building', needed: 2 ** 31, free: 2 ** 30 }, '1G'],
  'cartridge-not-found': [{ directory: '/p' }, '/p'],
  'cartridge-exists': [{ file: '/p/cartridge.yaml' }, '/p/cartridge.yaml'],
  'cartridge-invalid': [
    { file: 'cartridge.yaml', line: 1, column: 2, problem: 'x' },
    'cartridge.yaml, line 1',
  ],
  'cartridge-busy': [{ directory: '/p', by: 'another vm build' }, '/p'],
  'cartridge-stuck': [{ directory: '/p', left: ['/p/work/proc: target is busy'] }, '/p/work/proc'],
  'cartridge-unsafe': [{ directory: '/p', path: '/p/work', problem: 'x' }, '/p/work'],
  'output-missing': [{ directory: '/p', output: 'out/*.iso' }, 'out/*.iso'],
  'recipe-invalid': [{ file: 'web.yaml', line: 1, column: 2, problem: 'x' }, 'web.yaml, line 1'],
  'directory-unusable': [{ path: '/vms', problem: 'it is read only' }, '/vms'],
  'tool-missing': [{ tool: 'flock', purpose: 'to lock machines' }, 'flock'],
  'viewer-missing': [{ name: 'm', reason: 'there is no desktop here' }, 'm'],
  'subuids-missing': [{ user: 'me', file: '/etc/subuid', range: '100000-165535' }, 'me'],
  'editor-failed': [{ editor: 'vi', exit: 'exit code 1', copy: '' }, 'vi'],
  timeout: [{ awaited: 'hello to stop', ms: 1500, lines: ['login:'], hint: 'Insist.' }, '1.5s'],
  interrupted: [{}, 'Interrupted'],
};

const errors = Object.entries(samples).map(
  ([code, [details, names]]) =>
    [code, new VivariumError(code as ErrorCode, details as ErrorDetails<ErrorCode>), names] as const,
);

describe.each(errors)('%s', (_, error, names) => {
  const [sentence = '', ...quoted] = error.message.split('\n');

  test('says in a sentence what is wrong with what', () => {
    expect(sentence).toContain(names);
    expect(sentence).toMatch(/^\S.*\.$/);
    expect(sentence).not.toMatch(/undefined|null|NaN|\[object|\.\./);
    for (const line of quoted) expect(line).toMatch(/^ {2}\| ./);
  });

  test('says what to do next', () => {
    expect(error.hint).toMatch(/^\S.*\S$/);
    expect(error.hint).not.toMatch(/undefined|null|\[object/);
  });

  test('has an exit code and an HTTP status that the design knows', () => {
    expect([1, 2, 3, 4, 5, 6, 130]).toContain(error.exitCode);
    const { http } = errorTable[error.code];
    expect(http).toBeGreaterThanOrEqual(400);
    expect(http).toBeLessThan(600);
  });
});

test.each([
  [/^(?:name-invalid|parameter-invalid|command-unknown|config-invalid|key-unknown)$/, 2],
  [/-not-found$|^file-missing$|^recipe-unknown$/, 3],
  [/-(?:state|busy|exists|in-use)$/, 4],
  [/^timeout$/, 5],
  [/^(?:tool-missing|viewer-missing|accelerator-unusable|directory-unusable)$/, 6],
  [/interrupted$/, 130],
])('the errors %s end a command with %d', (pattern, exit) => {
  const codes = (Object.keys(errorTable) as ErrorCode[]).filter((code) => pattern.test(code));
  expect(codes.length).toBeGreaterThan(0);
  for (const code of codes) expect(errorTable[code].exit, code).toBe(exit);
});

test('similar names, where there are some, are the hint', () => {
  const hint = (similar: string[]) => new VivariumError('machine-not-found', { name: 'helo', similar }).hint;
  expect(hint(['hello', 'help'])).toBe('Did you mean: hello, help');
  expect(hint([])).toContain('vm make helo');
});

test('what a guest says cannot command a terminal by way of an error', () => {
  const said = '\u001b]0;evil\u0007\u001b[31mred';
  const error = new VivariumError('qmp-failed', { name: 'hello', command: 'stop', said });
  expect(error.message).toBe('hello: QEMU refused stop: red');
});

test('an error is JSON with all that a caller may decide on', () => {
  const cause = new Error('inner');
  const error = new VivariumError('machine-exists', { name: 'hello' }, { cause });
  expect(error.cause).toBe(cause);
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    code: 'machine-exists',
    message: error.message,
    hint: error.hint,
    details: { name: 'hello' },
  });
});

test('a VivariumError is told from others, and by its code', () => {
  const error = new VivariumError('interrupted', {});
  expect(isVivariumError(error)).toBe(true);
  expect(isVivariumError(error, 'interrupted')).toBe(true);
  expect(isVivariumError(error, 'timeout')).toBe(false);
  expect(isVivariumError(new Error('x'))).toBe(false);
});

test.each<[unknown, string | undefined]>([
  [Object.assign(new Error(), { code: 'ENOENT' }), 'ENOENT'],
  [Object.assign(new Error(), { code: 'E2BIG' }), 'E2BIG'],
  [Object.assign(new Error(), { code: 'ERR_INVALID_ARG_TYPE' }), undefined],
  [new VivariumError('timeout', { awaited: 'it', ms: 1, lines: [], hint: '' }), undefined],
  [new Error('ENOENT'), undefined],
  [{ code: 'ENOENT' }, undefined],
])('the errno of case %#', (error, errno) => expect(errnoOf(error)).toBe(errno));

test('a limit of machines counts them', () => {
  const most = (count: string) =>
    new VivariumError('limit-reached', {
      token: 'ci',
      limit: 'machines',
      most: count,
      used: '1',
      asked: '1',
    });
  expect(most('1').message).toBe('The token ci may have 1 machine: in use 1, asked for 1 more.');
  expect(most('2').message).toContain('may have 2 machines:');
});
