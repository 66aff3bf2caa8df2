import { join } from 'node:path';
import { defineConfig } from 'vite';

/** The page, as vmd serves it: hashed files and an index.html without inline script or style. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: join(import.meta.dirname, '../dist/page'),
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 400,
    rolldownOptions: {
      output: {
        // What every part needs comes in one file: each file more is a way to the host and back.
        codeSplitting: {
          groups: [
            {
              name: 'page',
              test: /web\/src\/(frame|state|machines|figures|engine)|\/src\/(base|protocol|client)\/|node_modules\/(preact|@preact|zod)\//,
            },
          ],
        },
      },
    },
  },
});
