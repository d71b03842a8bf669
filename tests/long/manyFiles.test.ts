import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {bundleCoreProcess, resultIn, startCoreProcess} from '../integration/runs/startCoreProcess';
import {writeStudy} from '../integration/runs/studyFolders';

it('finds the one output among 1,000,000 other files', {timeout: 1_800_000}, async () => {
  const root = await mkdtemp(join(tmpdir(), 'study-desk-files-'));
  const dir = join(root, 'study');
  try {
    await writeStudy(dir, {
      a: {
        script: [
          'mkdir junk; cd junk',
          'for folder in $(seq 1 100); do mkdir $folder; (cd $folder; seq 1 10000 | xargs touch); done',
          'cd ..; echo x > output/a.csv',
        ].join('\n'),
      },
    });
    const program = await bundleCoreProcess();
    const said = await startCoreProcess(program, [dir, join(root, 'cache'), 'a'], () => undefined);
    const {jobs, maxMegabytes} = resultIn(said);
    expect(jobs).toMatchObject([{statusCode: 'succeeded', outputs: 1}]);
    expect(await readdir(join(dir, 'output'))).toEqual(['a.csv']);
    expect(maxMegabytes).toBeLessThan(800);
  } finally {
    await rm(root, {recursive: true, force: true, maxRetries: 3});
  }
});
