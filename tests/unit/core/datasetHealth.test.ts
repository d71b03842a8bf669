import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, expect, it} from 'vitest';
import {datasetHealth} from '../../../electron/core/outputs/datasetHealth';
import {createTableReader} from '../../../electron/outputs/tables/tableReader';
import {readProject} from '../../../electron/study/readProject';
import {healthWords} from '../../../renderer/outputs/viewers/HealthLine';
import {folderOfFile} from '../../temporary';

const dir = folderOfFile();
const tables = createTableReader();
afterAll(async () => {
  await tables.close();
});
mkdirSync(join(dir, 'analysis'));
writeFileSync(
  join(dir, 'analysis/dataset_definition.py'),
  `dataset.configure_dummy_data(population_size=4)
dataset.age = patients.age_on(index_date)
dataset.sex = patients.sex
dataset.died = ons_deaths.date.is_not_null()
dataset.flag = events.exists_for_patient()
dataset.when = ons_deaths.date
dataset.bmi = events.last_for_patient().numeric_value
`,
);

const run = 'ehrql:v1 generate-dataset analysis/dataset_definition.py --output output/dataset.csv';

async function health(csv: string, command = run) {
  const file = join(dir, 'dataset.csv');
  writeFileSync(file, csv);
  const text = `version: '4.0'\nactions:\n  extract:\n    run: ${command}\n    outputs:\n      highly_sensitive:\n        dataset: output/dataset.csv\n`;
  const read = readProject(text);
  const found = await datasetHealth(dir, read.project, 'output/dataset.csv', async () => {
    const schema = await tables.schema(file, true);
    if (!schema.ok) return schema;
    return {ok: true, value: {schema: schema.value, sql: (sql: string) => tables.sql(file, sql)}};
  });
  if (!found.ok) throw new Error(found.error.message);
  return found.value;
}

const HEALTHY =
  'patient_id,age,sex,died,flag,when,bmi\n1,30,F,T,F,2020-01-01,20.5\n2,31,M,F,T,,21\n3,32,F,F,T,,\n4,9,M,T,F,2021-02-03,30\n';

it('the health of a dataset of well made dummy data has nothing that stands out', async () => {
  const found = await health(HEALTHY);
  expect(found).toEqual({
    definition: 'analysis/dataset_definition.py',
    rows: 4,
    rowsAsked: 4,
    hasDummyFile: false,
    allMissing: [],
    constant: [],
    repeatedPatients: 0,
    unlike: [],
    compared: 5,
    columns: 7,
  });
  const words = found === null ? [] : healthWords(found);
  expect(words.filter(({isOdd}) => isOdd)).toEqual([]);
  expect(words.map(({text}) => text)).toEqual([
    '4 rows, as requested',
    'Types of 5 of 7 columns compared with the definition',
  ]);
});

it('the health of a dataset names what is missing, always the same, there twice or of another type', async () => {
  const found = await health(
    'patient_id,age,sex,died,flag,when,bmi\n1,30,F,1,T,,x\n1,31.5,F,0,T,,y\n2,32,F,1,T,,z\n',
  );
  expect(found).toMatchObject({
    rows: 3,
    allMissing: ['when'],
    constant: ['sex', 'flag'],
    repeatedPatients: 1,
    unlike: [
      {name: 'age', expected: 'integer', found: 'number'},
      {name: 'died', expected: 'boolean', found: 'integer'},
      {name: 'bmi', expected: 'number', found: 'text'},
    ],
  });
  const odd = (found === null ? [] : healthWords(found)).filter(({isOdd}) => isOdd);
  expect(odd.map(({text}) => text)).toEqual([
    '3 rows, 4 requested',
    'All missing: when',
    'Same value in every row: sex and flag',
    '1 row with a repeated patient_id',
    'age is number, the dataset definition says integer',
    'died is integer, the dataset definition says boolean',
    'bmi is text, the dataset definition says number',
  ]);
});

it('the health of a dataset is not told of what is no dataset, and not surer than what could be read', async () => {
  expect(await health(HEALTHY, 'python:v2 python analysis/make.py')).toBeNull();
  expect(await health(HEALTHY, run.replace('dataset_definition', 'gone'))).toMatchObject({
    definition: null,
    rowsAsked: null,
    compared: 0,
  });
  expect(await health(HEALTHY, `${run} --dummy-data-file analysis/dummy.csv`)).toMatchObject({
    hasDummyFile: true,
  });
});
