import {join} from 'node:path';
import {beforeEach, expect, it} from 'vitest';
import {appError} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';
import type {JobSpec} from '../../../electron/executor/executor';
import {createJobRunner} from '../../../electron/runs/jobRunner';
import {studyFolder} from '../../../electron/runs/studyFolder';
import {createFakeEngine} from '../../fakeEngine';
import {someDefinition, someJob, someTask} from './someJob';
import {folderOfTest} from '../../temporary';

let dir: string;

beforeEach(() => {
  dir = folderOfTest();
});

it('tells jobs of the target they run for, and gives its network only to those that use the database', async () => {
  const {executor} = createFakeEngine(() => ({files: {}}));
  const specs: JobSpec[] = [];
  const works: Promise<void>[] = [];
  executor.prepare = async (spec) => {
    specs.push(spec);
    return err(appError('job-failed', 'Not today.'));
  };
  const runner = createJobRunner({
    target: {
      workspace: 'w',
      code: dir,
      storage: dir,
      backend: 'tpp',
      network: 'database',
      confined: true,
      database: 'full',
    },
    folder: studyFolder(dir),
    stillHeld: async () => ({ok: true, value: null}),
    studyId: 'study',
    executor,
    rules: {
      match: () => ({matched: [], unmatchedPatterns: [], unmatchedFiles: []}),
      checkModerate: async () => null,
    },
    now: () => 0,
    stage: async () => ok({code: [], codeKey: '', inputs: []}),
    stageCode: async () => ok({code: [], codeKey: '', inputs: []}),
    onEnded: () => undefined,
    onStaged: () => undefined,
    onSuccess: async () => undefined,
    afterSuccess: async () => undefined,
  });
  for (const usesDatabase of [true, false]) {
    const logPath = join(dir, `${usesDatabase}.log`);
    await runner.run(
      someJob('a'),
      someTask({
        logPath,
        definition: someDefinition('a', usesDatabase),
        afterwards: (work) => works.push(work),
      }),
    );
  }
  await Promise.all(works);
  const told = specs.map(({workspace, backend, network}) => ({workspace, backend, network}));
  expect(told).toEqual([
    {workspace: 'w', backend: 'tpp', network: 'database'},
    {workspace: 'w', backend: 'tpp', network: null},
  ]);
});
