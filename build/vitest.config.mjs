import {readFileSync, readdirSync} from 'node:fs';
import react from '@vitejs/plugin-react';
import {defineConfig} from 'vitest/config';
import {GATE_FILES} from './browserFlows.mjs';

const root = new URL('..', import.meta.url).pathname;
const node = {environment: 'node', testTimeout: 30_000, hookTimeout: 120_000};

/** Files of tests/integration and tests/cli that start processes but no container: nothing waits for an engine there. */
const withoutEngine = [
  'tests/cli/{check,compare,decisions,doctor,logs,oddFiles,settings,show,streams,study,twoUsers}.test.ts',
  'tests/cli/{begin,bundles,codelists,rename,unzip,validate,web,why,withoutEngine}.test.ts',
  'tests/integration/{core,git,process,ready,sample,study,yaml}/**/*.test.ts',
  'tests/integration/provenance/{neverSurer,steerStudy}.test.ts',
  'tests/integration/runs/{editsCutShort,networkFolder,restoreCutShort,sqliteWal}.test.ts',
];

/** Long tests of what only a browser has. */
const inBrowserAlone = ['tests/long/webBrowser.test.ts', 'tests/long/webProxy.test.ts'];

const isLong = process.env.STUDY_DESK_LONG_TESTS !== undefined;

/** Files that put something of their own in the place of a module or of what belongs to the whole process. */
const alone = ['tests/unit/core/endingThreads.test.ts'];

/** Files that try a part of their cases in the gate, and all of them among the long tests: by what they import for it. */
const sampledInTheGate = readdirSync(`${root}tests`, {recursive: true})
  .map((path) => `tests/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.test.ts') && !path.startsWith('tests/long/'))
  .filter((path) => /from '[./]+\/gateShare'/.test(readFileSync(root + path, 'utf8')));

/**
 * Tests that wait for processes, containers or windows are tried a second time: on a busy computer one of hundreds may come
 * too late, which says nothing of the product. `npm test` names each that needed it; one that fails twice fails.
 */
const retry = 1;

/** What ends the windows of a test, whose files lie in several projects. */
const afterWindows = ['tests/window/afterTests.ts'];

/** What engines and the job queue do by themselves; the gate tries it beside the runs of studies. */
const engines = ['tests/{contract,integration/docker,integration/queue}/**/*.test.ts'];

const onEngine = {
  ...node,
  retry,
  isolate: false,
  runner: './build/engineRunner.mjs',
  testTimeout: 120_000,
  fileParallelism: false,
};

/** Every tier of tests is a vitest project; build/test.mjs runs them and counts. */
export default defineConfig({
  root,
  cacheDir: 'dist/.vite-test',
  plugins: [react()],
  test: {
    // what the gate leaves to the long tests may be a whole suite
    passWithNoTests: true,
    expect: {poll: {timeout: 20_000}},
    projects: [
      {
        extends: true,
        test: {
          ...node,
          name: 'unit',
          include: ['tests/{unit,architecture,ipc}/**/*.test.ts'],
          exclude: alone,
          // modules are read once for all files, which saves a third of the time
          isolate: false,
        },
      },
      {extends: true, test: {...node, name: 'alone', include: alone}},
      {
        extends: true,
        test: {
          name: 'renderer',
          environment: 'jsdom',
          setupFiles: ['tests/renderer/jsdomParts.ts'],
          isolate: false,
          testTimeout: 30_000,
          include: ['tests/renderer/**/*.test.{ts,tsx}'],
        },
      },
      {
        extends: true,
        test: {
          ...node,
          name: 'processes',
          retry,
          isolate: false,
          include: withoutEngine,
          testTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          ...onEngine,
          name: 'integration',
          include: ['tests/{integration,cli}/**/*.test.ts'],
          exclude: [...withoutEngine, ...engines],
        },
      },
      {extends: true, test: {...onEngine, name: 'engines', include: engines}},
      {
        extends: true,
        test: {
          ...node,
          name: 'window',
          retry,
          isolate: false,
          setupFiles: afterWindows,
          include: ['tests/window/**/*.test.ts'],
          testTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          ...node,
          name: 'browser',
          retry,
          isolate: false,
          env: {STUDY_DESK_BROWSER: '1'},
          setupFiles: afterWindows,
          include: isLong ? ['tests/window/**/*.test.ts', ...inBrowserAlone] : GATE_FILES,
          runner: './tests/window/browserRunner.ts',
          testTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          ...node,
          name: 'pictures',
          setupFiles: afterWindows,
          include: ['tests/pictures/**/*.test.ts'],
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          ...node,
          name: 'long',
          setupFiles: afterWindows,
          include: ['tests/long/**/*.test.ts', ...sampledInTheGate],
          exclude: inBrowserAlone,
          testTimeout: 3_600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
