import react from '@vitejs/plugin-react';
import {defineConfig} from 'vitest/config';

const root = new URL('..', import.meta.url).pathname;
const node = {environment: 'node', testTimeout: 30_000, hookTimeout: 120_000};

/** Every tier of tests is a vitest project; build/test.mjs runs them and counts. */
export default defineConfig({
  root,
  cacheDir: 'dist/.vite-test',
  plugins: [react()],
  test: {
    projects: [
      {
        extends: true,
        test: {
          ...node,
          name: 'unit',
          include: [
            'tests/unit/**/*.test.ts',
            'tests/architecture/**/*.test.ts',
            'tests/ipc/**/*.test.ts',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'renderer',
          environment: 'jsdom',
          testTimeout: 30_000,
          include: ['tests/renderer/**/*.test.{ts,tsx}'],
        },
      },
      {
        extends: true,
        test: {
          ...node,
          name: 'integration',
          include: ['tests/{integration,contract,cli}/**/*.test.ts'],
          runner: './build/engineRunner.mjs',
          testTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          ...node,
          name: 'window',
          include: ['tests/window/**/*.test.ts'],
          // its three crashes take longer than the gate has: with the long tests
          exclude: ['tests/window/pageEnds.test.ts'],
          testTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          ...node,
          name: 'pictures',
          include: ['tests/pictures/**/*.test.ts'],
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          ...node,
          name: 'long',
          include: [
            'tests/long/**/*.test.ts',
            'tests/integration/yaml/{mutants,likeRuyaml}.test.ts',
          ],
          testTimeout: 3_600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
