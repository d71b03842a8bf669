import react from '@vitejs/plugin-react';
import {defineConfig} from 'vite';

export default defineConfig({
  root: new URL('../renderer', import.meta.url).pathname,
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
    assetsInlineLimit: (file) => (file.endsWith('.svg') ? false : undefined),
  },
});
