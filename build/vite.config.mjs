import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {brotliCompressSync} from 'node:zlib';
import react from '@vitejs/plugin-react';
import {defineConfig} from 'vite';

const root = new URL('../renderer/', import.meta.url).pathname;

/** By entry, all that it needs at its start. */
const needed = new Map();

function needs(context, entry, id) {
  const found = needed.get(entry) ?? new Set([`${root}${entry}`]);
  if (!needed.has(entry))
    for (const each of found)
      context.getModuleInfo(each)?.importedIds.forEach((next) => found.add(next));
  needed.set(entry, found);
  return found.has(id);
}

const AT_START = /\/(start|begin)-[^/]+\.(js|css)$/;

/** Has a browser far away ask for what only `begin` names at once, and packs what it waits for as small as it gets. */
const startSoon = {
  name: 'start-soon',
  async writeBundle({dir}, bundle) {
    for (const name of Object.keys(bundle).filter((each) => AT_START.test(each)))
      await writeFile(join(dir, `${name}.br`), brotliCompressSync(await readFile(join(dir, name))));
  },
  transformIndexHtml: {
    order: 'post',
    handler: (_html, {bundle}) =>
      Object.keys(bundle)
        .filter((name) => AT_START.test(name) && !name.includes('/begin-'))
        .map((name) => ({
          tag: 'link',
          attrs: {
            rel: name.endsWith('.js') ? 'modulepreload' : 'stylesheet',
            crossorigin: true,
            href: `./${name}`,
          },
          injectTo: 'head',
        })),
  },
};

export default defineConfig({
  root,
  base: './',
  plugins: [react(), startSoon],
  css: {modules: {localsConvention: 'camelCaseOnly'}},
  worker: {format: 'es'},
  build: {
    outDir: new URL('../dist/renderer', import.meta.url).pathname,
    emptyOutDir: true,
    target: 'chrome114',
    sourcemap: true,
    modulePreload: {polyfill: false},
    chunkSizeWarningLimit: 4000,
    // the page's policy lets no picture be written into its address
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              debugName: 'start',
              // one file, for which a browser far away asks once
              name(id, context) {
                if (needs(context, 'begin.ts', id)) return 'begin';
                return needs(context, 'main.tsx', id) ? 'start' : null;
              },
            },
          ],
        },
      },
    },
    assetsInlineLimit: (file) => (file.endsWith('.svg') ? false : undefined),
  },
});
