import {mkdtemp, rm, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {bundleCoreProcess, resultIn, startCoreProcess} from '../integration/runs/startCoreProcess';
import {writeStudy} from '../integration/runs/studyFolders';

it('collects a sparse output of 4 GB in little memory, and keeps it sparse', async () => {
  const root = await mkdtemp(join(tmpdir(), 'study-desk-sparse-'));
  const dir = join(root, 'study');
  try {
    await writeStudy(dir, {a: {script: 'truncate -s 4294967296 output/a.csv'}});
    const program = await bundleCoreProcess();
    const said = await startCoreProcess(program, [dir, join(root, 'cache'), 'a'], () => undefined);
    const {jobs, maxMegabytes} = resultIn(said);
    expect(jobs).toMatchObject([{statusCode: 'succeeded', outputs: 1}]);
    const {size, blocks} = await stat(join(dir, 'output/a.csv'));
    expect(size).toBe(2 ** 32);
    // it is as sparse here as it was there
    expect(blocks * 512).toBeLessThan(2 ** 24);
    expect(maxMegabytes).toBeLessThan(300);
  } finally {
    await rm(root, {recursive: true, force: true});
  }
});
