import react from '@vitejs/plugin-react';
import {defineConfig} from 'vite';

const root = new URL('../renderer/', import.meta.url).pathname;

/** All that the page needs at its start. */
let atStart = null;

function loadedAtStart(context, entry) {
  const found = new Set([entry]);
  for (const id of found) context.getModuleInfo(id)?.importedIds.forEach((each) => found.add(each));
  return found;
}

export default defineConfig({
  root,
  base: './',
  plugins: [react()],
  css: {modules: {localsConvention: 'camelCaseOnly'}},
  worker: {format: 'es'},
  build: {
    outDir: new URL('../dist/renderer', import.meta.url).pathname,
    emptyOutDir: true,
    target: 'chrome114',
    sourcemap: true,
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
                atStart ??= loadedAtStart(context, `${root}main.tsx`);
                return atStart.has(id) ? 'start' : null;
              },
            },
          ],
        },
      },
    },
    assetsInlineLimit: (file) => (file.endsWith('.svg') ? false : undefined),
  },
});
