import react from '@vitejs/plugin-react';
import {defineConfig} from 'vitest/config';

const root = new URL('..', import.meta.url).pathname;
const node = {environment: 'node', testTimeout: 30_000, hookTimeout: 120_000};

/** Files of tests/integration and tests/cli that start processes but no container: nothing waits for an engine there. */
const withoutEngine = [
  'tests/cli/{check,compare,decisions,doctor,logs,oddFiles,settings,show,streams,study,twoUsers}.test.ts',
  'tests/cli/{codelists,rename,unzip,validate,why,withoutEngine}.test.ts',
  'tests/integration/{core,git,process,ready,sample,study,yaml}/**/*.test.ts',
  'tests/integration/provenance/{neverSurer,steerStudy}.test.ts',
  'tests/integration/runs/{editsCutShort,networkFolder,restoreCutShort,sqliteWal}.test.ts',
];

/** Files that put something of their own in the place of a module or of what belongs to the whole process. */
const alone = ['tests/unit/core/endingThreads.test.ts'];

/** Files that try a part of their cases in the gate, and all of them among the long tests. */
const sampledInTheGate = [
  'tests/cli/{asleep,codelists,cutOff,rename,systemRefusals,twoProcesses}.test.ts',
  'tests/integration/docker/{disguisedEngine,dockerExecutor}.test.ts',
  'tests/integration/provenance/madeFrom.test.ts',
  'tests/integration/ready/looking.test.ts',
  'tests/integration/runs/{engineKilled,engineRestart,heavyJobs,placing,reattach}.test.ts',
  'tests/integration/yaml/{likeRuyaml,mutants}.test.ts',
  'tests/unit/core/damagedRecords.test.ts',
  'tests/unit/outputs/{csvSource,generatedTables}.test.ts',
  'tests/unit/study/anyText.test.ts',
  'tests/window/pageEnds.test.ts',
];

/** Every tier of tests is a vitest project; build/test.mjs runs them and counts. */
export default defineConfig({
  root,
  cacheDir: 'dist/.vite-test',
  plugins: [react()],
  test: {
    expect: {poll: {timeout: 10_000}},
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
          include: withoutEngine,
          testTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          ...node,
          name: 'integration',
          include: ['tests/{integration,contract,cli}/**/*.test.ts'],
          exclude: withoutEngine,
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
          include: ['tests/long/**/*.test.ts', ...sampledInTheGate],
          testTimeout: 3_600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
