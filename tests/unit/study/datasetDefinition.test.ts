import {describe, expect, it} from 'vitest';
import {readDatasetDefinition} from '../../../electron/study/datasetDefinition';

const types = (text: string) => Object.fromEntries(readDatasetDefinition(text).types);

describe('a dataset definition', () => {
  it('says how many patients the dummy data has', () => {
    const size = (text: string) => readDatasetDefinition(text).populationSize;
    expect(size('dataset.configure_dummy_data(population_size=1_000)')).toBe(1000);
    expect(size('dataset.configure_dummy_data(population_size=50, timeout=10)')).toBe(50);
    expect(size('dataset.configure_dummy_data(\n    population_size = 7,\n)')).toBe(7);
    // not surely known
    expect(size('dataset = create_dataset()')).toBeNull();
    expect(size('dataset.configure_dummy_data(population_size=SIZE)')).toBeNull();
    expect(size('dataset.configure_dummy_data(population_size=10 * 3)')).toBeNull();
    expect(size('# dataset.configure_dummy_data(population_size=5)')).toBeNull();
    expect(
      size('configure_dummy_data(population_size=5)\nconfigure_dummy_data(population_size=6)'),
    ).toBeNull();
  });

  it.each([
    ['patients.age_on(index_date)', 'integer'],
    ['events.where(events.code.is_in(codes)).exists_for_patient()', 'boolean'],
    ['events.where(events.date > index_date).count_for_patient()', 'integer'],
    ['ons_deaths.date  # of any cause', 'date'],
    ['(\n    events.sort_by(events.date)\n    .last_for_patient().numeric_value\n)', 'number'],
    ['(ons_deaths.date - index_date).days', 'integer'],
    ['patients.date_of_birth.to_first_of_year()', 'date'],
    ['patients.sex.is_in(["female", "male"])', 'boolean'],
  ])('says of %s that it is %s', (expression, type) => {
    expect(types(`dataset.x = ${expression}\n`)).toEqual({x: type});
  });

  it.each([
    'patients.sex',
    'case(when(age < 18).then("child"), otherwise="adult")',
    'patients.age_on(index_date) + "x".year',
    'bmi.numeric_value > 30',
    'a.exists_for_patient() & b.exists_for_patient()',
    'events.date.maximum_for_patient()',
    'helper(index_date)',
    '(a.date) + (b.year)',
  ])('does not say of what type this is: %s', (expression) => {
    expect(types(`dataset.x = ${expression}\n`)).toEqual({});
  });

  it('does not say it of what is given twice, in a loop or under a condition', () => {
    expect(
      types(
        'dataset.x = a.date\ndataset.x = b.year\nif late:\n    dataset.y = a.date\ndataset.z == a.date\n',
      ),
    ).toEqual({});
  });
});
