import {expect, it} from 'vitest';
import {firstTest, firstTestPath} from '../../../electron/ehrql/firstTest';

it('is beside its definition under a free name, which Python can import', () => {
  const pathOf = (file: string, ...taken: readonly string[]) => {
    const path = firstTestPath(file, taken);
    return path.ok ? path.value : path.error.message;
  };
  expect(pathOf('analysis/d.py')).toBe('analysis/test_d.py');
  expect(pathOf('d.py', 'test_d.py', 'test_d_2.py')).toBe('test_d_3.py');
  expect(pathOf('analysis/my-def.py')).toBe('A test can’t import analysis/my-def.py.');
});

it('gives a row where a table has one for a patient, with the values that are surely allowed', () => {
  const schemas = [
    {
      ...{name: 'patients', onePerPatient: true},
      columns: [
        {name: 'date_of_birth', type: 'date', categories: null},
        {name: 'sex', type: 'str', categories: ['fe"male', 'male']},
        {name: 'unread', type: 'date', categories: null},
      ],
    },
    {name: 'events', onePerPatient: false, columns: []},
  ];
  const tables = [
    {name: 'events', columns: ['code']},
    {name: 'patients', columns: ['date_of_birth', 'sex']},
  ];
  const text = firstTest({file: 'analysis/d.py', tables, schemas}, false);
  expect(text).toContain('from datetime import date\n\nfrom d import dataset\n');
  expect(text).toContain('"events": [],\n');
  expect(text).toContain('"patients": {"date_of_birth": date(1980, 1, 1), "sex": "fe\\"male"},\n');
  expect(text).toContain('"expected_in_population": False,\n');
  const without = firstTest({file: 'd.py', tables: [], schemas: []}, true);
  expect(without).not.toContain('datetime');
  expect(without).toContain('"expected_columns": {},\n');
});
