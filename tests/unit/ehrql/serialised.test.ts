import {expect, it} from 'vitest';
import {readFacts} from '../../../electron/ehrql/facts';
import {partsOf} from '../../../electron/ehrql/programs';
import {readSerialised} from '../../../electron/ehrql/serialised';

const table = (name: string) => ({external_ref: {module: 'ehrql.tables.tpp', name}});
const select = (source: object, name: string) => ({SelectColumn: {source, name}});
const details = (more: object) => ({
  ModuleDetails: {
    dataset: null,
    dataset_dummy_data_config: {DummyDataConfig: {population_size: 50, legacy: false}},
    test_data: null,
    measures: null,
    measures_dummy_data_config: null,
    claimed_permissions: {tuple: ['one']},
    ...more,
  },
});
/** A graph as ehrQL writes it, with a node that two others share. */
const DATASET = {
  value: details({
    dataset: {ref: '1'},
    test_data: {
      dict: [
        [1, {dict: []}],
        [7, {dict: []}],
      ],
    },
  }),
  1: {
    Dataset: {
      population: {'AggregateByPatient.Exists': {source: table('patients')}},
      variables: {
        dict: [
          ['sex', {ref: '2'}],
          ['last', {ref: '3'}],
          ['inline', {ref: '6'}],
        ],
      },
      events: {dict: [['visits', {ref: '9'}]]},
      measures: null,
    },
  },
  2: select(table('patients'), 'sex'),
  3: select({ref: '4'}, 'code'),
  4: {PickOneRowPerPatient: {source: {ref: '5'}, position: {Position: 'last'}}},
  5: {
    Filter: {
      source: table('events'),
      condition: {
        'Function.LE': {lhs: select(table('events'), 'date'), rhs: {Value: {date: '2020-01-01'}}},
      },
    },
  },
  6: select({InlinePatientTable: {rows: {tuple: []}, schema: {TableSchema: {}}}}, 'x'),
  9: {SeriesCollectionFrame: {members: {dict: [['d', {ref: '3'}]]}}},
};

it('reads what a dataset is, with the columns that are selected of each table', () => {
  expect(readSerialised(JSON.stringify(DATASET), 'dataset')).toEqual({
    kind: 'dataset',
    populationSize: 50,
    tables: [
      {name: 'events', columns: ['code', 'date']},
      {name: 'patients', columns: ['sex']},
    ],
    permissions: ['one'],
    variables: ['sex', 'last', 'inline'],
    events: ['visits'],
    testPatients: [1, 7],
    refused: null,
  });
});

it('reads measures before a dataset unless the command makes a dataset', () => {
  const measures = {
    MeasureCollection: {
      measures: [{Measure: {name: 'm', numerator: select(table('patients'), 'age')}}],
    },
  };
  const both = {
    ...DATASET,
    value: details({
      dataset: {ref: '1'},
      measures,
      measures_dummy_data_config: {DummyDataConfig: {population_size: 9}},
    }),
  };
  const read = (wanted: 'dataset' | null) => readSerialised(JSON.stringify(both), wanted);
  expect(read(null)).toMatchObject({
    kind: 'measures',
    populationSize: 9,
    tables: [{name: 'patients', columns: ['age']}],
  });
  expect(read('dataset')).toMatchObject({kind: 'dataset', populationSize: 50});
});

it('reads why ehrQL refuses one, and that nothing is defined', () => {
  const refused = {
    DefinitionError: {message: 'A population has not been defined', exit_code: null},
  };
  const read = (more: object) => readSerialised(JSON.stringify({value: details(more)}), null);
  expect(read({dataset: refused})?.refused).toBe('A population has not been defined');
  expect(read({})).toMatchObject({kind: null, refused: null, tables: []});
});

it.each(['', '{}', '[]', 'null', '{"value": {"Other": {}}}', '{"value": {"ModuleDetails": 1}}'])(
  'takes %j for no definition',
  (text) => expect(readSerialised(text, null)).toBeNull(),
);

it('reads types and permissions where the image could be asked', () => {
  const text = JSON.stringify({
    dataset: {
      tables: [
        [
          'dataset',
          [
            ['patient_id', 'int'],
            ['sex', 'str'],
          ],
        ],
        [
          'visits',
          [
            ['patient_id', 'int'],
            ['d', 'date'],
          ],
        ],
      ],
      permissions: [['two', 'required for access to the `x` table']],
    },
  });
  const facts = readFacts(text, 'dataset');
  expect(facts?.columns).toEqual([{name: 'sex', type: 'str'}]);
  expect(facts?.events).toEqual([{name: 'visits', columns: [{name: 'd', type: 'date'}]}]);
  expect(readFacts('', 'dataset')).toBeNull();
  expect(readFacts(text, 'measures')).toBeNull();
  expect(facts?.needed).toEqual([{permission: 'two', why: 'required for access to the `x` table'}]);
});

it('parts what a program reports by its mark alone', () => {
  const parts = partsOf('before\nabc two\nabcd one\nx\nabcd two 3\n', 'abcd');
  expect([...parts]).toEqual([
    ['', 'before\nabc two'],
    ['one', 'x'],
    ['two 3', ''],
  ]);
  expect([...partsOf('abcd one\nx', 'abcd')]).toEqual([
    ['', ''],
    ['one', 'x'],
  ]);
});
