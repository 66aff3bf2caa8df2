import { expect, test } from 'vitest';
import { parseMounts } from './mounts.ts';
import { unmountSteps } from './unmount.ts';

/** As `mountinfo` has it: what lies on what, and where. */
const mounts = (...lines: [id: number, parent: number, at: string][]) =>
  parseMounts(lines.map(([id, parent, at]) => `${id} ${parent} 0:1 / ${at} rw - tmpfs x rw\n`).join(''));

const steps = (...lines: Parameters<typeof mounts>) =>
  unmountSteps(mounts(...lines), ['/p/work', '/p/state']).map(({ verb, mount }) => `${verb} ${mount.id}`);

test('what was mounted last and deepest goes first, and each tree is secluded before', () => {
  expect(
    steps(
      [1, 0, '/'],
      [10, 1, '/p/work'],
      [11, 10, '/p/work/dev'],
      [12, 11, '/p/work/dev/pts'],
      [13, 10, '/p/work/proc'],
    ),
  ).toEqual(['seclude 10', 'unmount 13', 'unmount 12', 'unmount 11', 'unmount 10']);
});

test('what hides another mount at the same place goes before it, with all that lies in it', () => {
  expect(
    steps([1, 0, '/'], [10, 1, '/p/work'], [11, 10, '/p/work/a'], [12, 10, '/p/work'], [13, 12, '/p/work/a']),
  ).toEqual(['seclude 10', 'unmount 13', 'unmount 12', 'seclude 10', 'unmount 11', 'unmount 10']);
});

test("strangers' mounts stay: elsewhere, beside and with a name that only begins alike", () => {
  expect(
    steps([1, 0, '/'], [2, 1, '/p'], [3, 2, '/p/workshop'], [4, 1, '/mnt/p/work'], [5, 2, '/p/state/x']),
  ).toEqual(['unmount 5']);
});

test('a name of any bytes is read, as the kernel writes them in octal', () => {
  const [mount] = parseMounts(
    '36 35 98:0 / /a\\040b\\011c\\012d\\134e\xc3\xa4 rw,noatime shared:1 master:2 - ext3 /dev/x\\040y rw\n',
  );
  expect(mount).toMatchObject({ id: 36, parent: 35, at: '/a b\tc\nd\\eä', source: '/dev/x y' });
});
