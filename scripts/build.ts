/** Bundles the command line and the library into dist/: few files, so that `vm` starts fast; and the page for vmd. */
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type Plugin, rolldown } from 'rolldown';
import { build as buildPage } from 'vite';
import { overview } from '../src/cli/help-text.ts';

const root = join(import.meta.dirname, '..');
rmSync(join(root, 'dist'), { recursive: true, force: true });

/** What `vm help` and `vm list` need, in one file: each file more is a millisecond more. */
const core = [
  'node_modules/zod/',
  'src/(base|protocol)/',
  'src/cli/(main|commands|arguments|output|progress|progress-line|loaders|command|list|state|help|help-text)\\.ts',
  'src/engine/(local|machine)\\.ts',
  'src/machine/(home|config|words|view|status|life|machine|files|sweep|summary-index)\\.ts',
  'src/host/(atomic-file|process-identity)\\.ts',
  'src/runit/files\\.ts',
];

/**
 * Writes what is not ASCII as escapes: V8 keeps a source with one character beyond Latin-1 in twice the memory. They
 * mean the same in strings, templates, names and regular expressions, and so in the `String.raw` of which one is made.
 */
const inAscii: Plugin = {
  name: 'in-ascii',
  generateBundle: (_options, made) => {
    for (const file of Object.values(made)) {
      if (file.type === 'chunk') {
        file.code = file.code.replace(
          /[^\x00-\x7f]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
      }
    }
  },
};

const bundle = await rolldown({
  cwd: root,
  input: { vm: 'src/cli/vm.ts', vivarium: 'src/index.ts' },
  platform: 'node',
  plugins: [inAscii],
});
await bundle.write({
  dir: join(root, 'dist'),
  format: 'esm',
  minify: true,
  sourcemap: false,
  advancedChunks: {
    groups: [
      { name: 'core', test: new RegExp(core.join('|')), priority: 3 },
      { name: 'start', test: /src\/machine\/start\.ts/, priority: 2 },
      { name: 'run', test: /src\/(machine\/run\/run|cli\/run)\.ts/, priority: 1 },
    ],
  },
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
});
await bundle.close();

// The client has a bundle of its own, in which there is nothing that a browser lacks.
const client = await rolldown({ cwd: root, input: { client: 'src/client/index.ts' }, platform: 'browser' });
await client.write({ dir: join(root, 'dist'), format: 'esm', minify: true, entryFileNames: '[name].js' });
await client.close();
await buildPage({ configFile: join(root, 'web/vite.config.ts') });
chmodSync(join(root, 'dist/vm.js'), 0o755);
writeFileSync(join(root, 'dist/overview.txt'), `${stripVTControlCharacters(overview())}\n`);

if (process.argv.includes('--types')) {
  const declarations = [
    '--noEmit',
    'false',
    '--declaration',
    '--emitDeclarationOnly',
    '--outDir',
    'dist/types',
  ];
  execFileSync('tsc', ['-p', 'tsconfig.build.json', ...declarations], { cwd: root, stdio: 'inherit' });
}
