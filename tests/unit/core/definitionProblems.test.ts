import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {expect, it} from 'vitest';
import {definitionVersion} from '../../../electron/core/datasets/definitionChecks';
import {createCore} from '../../../electron/core/createCore';
import {folderOfFile} from '../../temporary';

const dir = join(folderOfFile(), 'study');

it('a definition is another one once a file that it is made from is', async () => {
  const study = join(folderOfFile(), 'made');
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(study, path)), {recursive: true});
    writeFileSync(join(study, path), text);
  };
  const FILES = {
    'analysis/d.py':
      'from analysis.lists import (\n  codes,\n)\nfrom analysis import dates\nimport sys\n',
    'analysis/lists.py': 'codes = codelist_from_csv("lists/a.csv", column="code")\n',
    'analysis/dates.py': 'from shared_dates import *\n',
    'shared_dates.py': 'start = 1\n',
    'lists/a.csv': 'code\n1\n',
    'tables/patients.csv': 'patient_id\n1\n',
  };
  for (const [path, text] of Object.entries(FILES)) write(path, text);
  const version = () => definitionVersion(study, 'analysis/d.py', ['tables/patients.csv']);
  const seen = [await version()];
  for (const [path, text] of Object.entries(FILES)) {
    write(path, `${text}1\n`);
    seen.push(await version());
  }
  expect(new Set(seen).size).toBe(7);
  write('analysis/other.py', 'x = 1');
  expect(await version()).toBe(seen.at(-1));
  expect(await definitionVersion(study, 'nothing.py', [])).toBeNull();
});

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
