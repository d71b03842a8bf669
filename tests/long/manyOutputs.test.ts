import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {bundleCoreProcess, resultIn, startCoreProcess} from '../integration/runs/startCoreProcess';
import {writeStudy} from '../integration/runs/studyFolders';

/** Megabytes that Study Desk may take, whatever a job does. */
const MEMORY_LIMIT = 300;

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'study-desk-many-'));
});

afterAll(() => rm(root, {recursive: true, force: true, maxRetries: 3}));

// disks that have just lost as many files, as after this test, may take minutes to make new ones
it('collects 100,000 small outputs', {timeout: 900_000}, async () => {
  const dir = join(root, 'study');
  await writeStudy(dir, {
    a: {
      script: `cd output; seq 1 100000 | split -l 1 -a 5 --additional-suffix=.csv - part-`,
      outputs: {highly_sensitive: ["'output/part-*.csv'"]},
    },
  });
  const program = await bundleCoreProcess();
  const said = await startCoreProcess(program, [dir, join(root, 'cache'), 'a'], () => undefined);
  const {jobs, maxMegabytes} = resultIn(said);
  expect(jobs).toMatchObject([{statusCode: 'succeeded', outputs: 100_000}]);
  expect(await readdir(join(dir, 'output'))).toHaveLength(100_000);
  expect(maxMegabytes).toBeLessThan(MEMORY_LIMIT);
});
