import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {createCore} from '../../../electron/core/createCore';
import {folderOfFile} from '../../temporary';

const dir = join(folderOfFile(), 'study');

it('a study that is open lists what its definitions lack, and no longer once that is there', async () => {
  mkdirSync(dir);
  writeFileSync(
    join(dir, 'project.yaml'),
    `version: 5
actions:
  extract:
    run: ehrql:v1 generate-dataset d.py --output output/d.csv
    outputs: {highly_sensitive: {d: output/d.csv}}
`,
  );
  writeFileSync(join(dir, 'd.py'), 'x = codelist_from_csv("codes.csv", column="code")\n');
  const core = createCore({cacheDir: join(folderOfFile(), 'cache')});
  const opened = await core.openStudy(dir, {watch: true});
  if (!opened.ok) throw new Error(opened.error.message);
  const {project} = opened.value;
  const found = () =>
    project
      .snapshot()
      .reading.problems.flatMap(({rule, place}) => (rule.startsWith('D-') ? [[rule, place]] : []));
  try {
    await expect
      .poll(found, {timeout: 20_000})
      .toEqual([['D-CODELIST-FILE', {file: 'd.py', line: 1}]]);
    writeFileSync(join(dir, 'codes.csv'), 'code\n1\n');
    writeFileSync(join(dir, 'd.py'), 'y = codelist_from_csv("codes.csv", column="code")\n');
    await expect.poll(found, {timeout: 20_000}).toEqual([]);
  } finally {
    await opened.value.close();
    await core.close();
  }
});
