import type {Dataset, EhrqlSchema} from '../../shared/dataset';
import {appError, type AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';

/** Where the first test of a definition is written: beside it, so that Python finds what it imports. */
export function firstTestPath(file: string, taken: readonly string[]): Result<string, AppError> {
  const [, folder = '', module = ''] = /^(.*?)([^/]+?)(?:\.py)?$/.exec(file) ?? [];
  if (!/^[A-Za-z_]\w*$/.test(module))
    return err(
      appError('invalid-request', `A test can’t import ${file}.`, {
        why: 'Python imports only files whose names consist of letters, digits and underscores.',
        hint: 'Rename the definition, then write a test of it.',
      }),
    );
  for (let number = 1; ; number += 1) {
    const path = `${folder}test_${module}${number === 1 ? '' : `_${number}`}.py`;
    if (!taken.includes(path)) return ok(path);
  }
}

/**
 * A first test file with one patient, in ehrQL's form: a row in each table that holds one for a patient, with a value in each
 * column that is read and whose values are known; no rows in the others. The patient is in the population, or is not.
 */
export function firstTest(
  {file, tables, schemas}: Pick<Dataset, 'file' | 'tables' | 'schemas'>,
  inPopulation: boolean,
): string {
  const module = (file.split('/').at(-1) ?? file).replace(/\.py$/, '');
  const rows = tables.map(({name, columns}) => {
    const schema = schemas.find((each) => each.name === name);
    const values = schema?.onePerPatient === true ? `{${valuesOf(schema, columns)}}` : '[]';
    return `        ${JSON.stringify(name)}: ${values},\n`;
  });
  const body = rows.join('');
  return [
    '# Each patient has rows for the tables that the definition reads, and what is expected of it.',
    '# The values below are a beginning: change them to those that the definition must get right.',
    ...(body.includes('date(') ? ['from datetime import date', ''] : []),
    `from ${module} import dataset`,
    '',
    'test_data = {',
    '    1: {',
    `${body}${
      inPopulation
        ? '        # for example {"age": 43}\n        "expected_columns": {},'
        : '        "expected_in_population": False,'
    }`,
    '    },',
    '}',
    '',
  ].join('\n');
}

function valuesOf({columns}: EhrqlSchema, read: readonly string[]): string {
  return columns
    .filter(({name}) => read.includes(name))
    .flatMap(({name, type, categories}) => {
      const value =
        categories?.[0] !== undefined
          ? JSON.stringify(categories[0])
          : type === 'date'
            ? 'date(1980, 1, 1)'
            : null;
      return value === null ? [] : [`${JSON.stringify(name)}: ${value}`];
    })
    .join(', ');
}
