import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { node, vm } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { debianMachine } from './debian-machine.ts';
import { paired } from './paired.ts';
import { programTime } from './program-time.ts';

export const copy: Benchmark = {
  name: 'copy',
  how:
    '`vm cp` of a file of 1 GB of random bytes into the Debian image, against `cat FILE | ssh … "cat >FILE"` with the ' +
    'settings that ssh has by itself. Both go to the same file, which is removed before.',
  measure: async (bench) => {
    await using _machine = await debianMachine(bench, 'filled');
    const file = join(bench.directory, 'gigabyte');
    execFileSync('dd', ['if=/dev/urandom', `of=${file}`, 'bs=1M', 'count=1000'], { stdio: 'ignore' });
    const { key, port, user, host } = await bench.engine.machine.ssh({ name: 'filled' });
    const options = ['-i', key as string, '-p', String(port), '-o', 'StrictHostKeyChecking=no'];
    const hosts = [
      '-o',
      `UserKnownHostsFile=${join(bench.directory, 'known-hosts')}`,
      '-o',
      'LogLevel=ERROR',
    ];
    const ssh = ['ssh', ...options, ...hosts, `${user}@${host}`].join(' ');
    const clear = () =>
      execFileSync(node, [vm, 'exec', 'filled', '--', 'sh', '-c', 'rm -f /root/copy && sync'], {
        env: bench.env,
      });
    return [
      await paired(bench, {
        what: '`vm cp` of 1 GB into the guest',
        over: '`cat` through ssh',
        bar: 1.1,
        pairs: 5,
        warmUps: 0,
        ours: () => {
          clear();
          return programTime(node, [vm, 'cp', file, 'filled:/root/copy'], { env: bench.env });
        },
        theirs: () => {
          clear();
          return programTime('sh', ['-c', `cat ${file} | ${ssh} 'cat >/root/copy'`], { env: bench.env });
        },
      }),
    ];
  },
};
