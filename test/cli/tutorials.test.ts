import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canBuildLive, debianLive, debianLiveSteps, livePatience } from '../support/debian-live.ts';
import { debianTree, treeKernel, treePatience } from '../support/debian-tree.ts';
import { has } from '../support/has.ts';
import { type TestHome, testHome } from '../support/home.ts';
import { walk } from '../support/walk.ts';

const page = (name: string) => readFileSync(join(import.meta.dirname, '../../docs', `${name}.md`), 'utf8');

/** Commits that `git` makes here are of nobody in particular. */
function becomeSomebody(home: TestHome): void {
  const name = { GIT_AUTHOR_NAME: 'A. Hacker', GIT_COMMITTER_NAME: 'A. Hacker' };
  const mail = { GIT_AUTHOR_EMAIL: 'hacker@example.org', GIT_COMMITTER_EMAIL: 'hacker@example.org' };
  Object.assign(home.env, name, mail);
}

/** Debian's kernel as its package has it, and a tree. */
async function kernelAndTree(home: TestHome): Promise<void> {
  const { bzImage } = await treeKernel();
  symlinkSync(dirname(dirname(bzImage)), home.path('../kernel'));
  symlinkSync(bzImage, home.path('../bzImage'));
  symlinkSync(await debianTree(), home.path('../tree'));
}

describe.skipIf(!has('mmdebstrap') || !has('git'))("a kernel hacker's loop", () => {
  test(
    'is as its page says',
    async () => {
      await using home = testHome();
      becomeSomebody(home);
      await kernelAndTree(home);
      await walk(home, page('tutorial-kernel'));
    },
    treePatience + 300_000,
  );
});

describe("an initramfs author's loop", () => {
  test(
    'is as its page says',
    async () => {
      await using home = testHome();
      const { bzImage } = await treeKernel();
      symlinkSync(bzImage, home.path('../vmlinuz'));
      await walk(home, page('tutorial-initramfs'));
    },
    treePatience + 300_000,
  );
});

describe.skipIf(!canBuildLive)("a distribution's loop", () => {
  test(
    'is as its page says',
    async () => {
      const iso = await debianLive();
      await using home = testHome();
      await walk(home, page('tutorial-distribution'), {
        // The same ISO was built for all suites, but for what is injected.
        'vm build': async () => {
          mkdirSync(home.path('../live/out'));
          copyFileSync(iso, home.path('../live/out/live.iso'));
          const steps = debianLiveSteps().map((step) => `  ${step} … 1s\n`);
          return `${steps.join('')}out/live.iso is ready (1M, in 1s). Boot it: vm run\n`;
        },
      });
      expect((await home.engine.machine.list({})).length).toBe(0);
    },
    livePatience + 300_000,
  );
});
