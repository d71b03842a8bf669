import {mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {pruneLogs} from '../../../electron/logs/logBudget';
import {studyFolder} from '../../../electron/runs/studyFolder';

it('removes the oldest logs beyond the limit, small ones that are not compressed too, and nothing else', async () => {
  const study = await mkdtemp(join(tmpdir(), 'study-desk-budget-'));
  const folder = studyFolder(study);
  // before the first run there is nothing to remove
  await pruneLogs(folder, 1000);
  const files = {
    '000001-aa': {'old.log': 600, 'old.log.gz': 600, 'run.json': 5000},
    '000010-bb': {'new.log': 500, 'run.json': 5000},
  };
  for (const [run, sizes] of Object.entries(files)) {
    await mkdir(join(folder.runs, run), {recursive: true});
    for (const [name, size] of Object.entries(sizes))
      await writeFile(join(folder.runs, run, name), 'x'.repeat(size));
  }
  await pruneLogs(folder, 1000);
  expect(await readdir(join(folder.runs, '000001-aa'))).toEqual(['run.json']);
  expect((await readdir(join(folder.runs, '000010-bb'))).sort()).toEqual(['new.log', 'run.json']);
  await rm(study, {recursive: true});
});
