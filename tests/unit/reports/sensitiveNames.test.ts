import {expect, it} from 'vitest';
import {HIDDEN_NAME as X, sensitiveNames} from '../../../electron/reports/sensitiveNames';

const names = sensitiveNames({
  paths: ['output/patients.csv.gz', 'output/high/table.csv', 'output/odd (name) & co.csv'],
  patterns: ['output/input_*.feather', 'output/linked_deaths.arrow'],
  shown: ['output/table.csv', 'linked_deaths_plot', 'output/plot.png'],
});

it.each([
  ['output/patients.csv.gz', X],
  ['see /workspace/output/patients.csv.gz.', `see ${X}.`],
  ['./analysis/../output/patients.csv.gz', X],
  ['output\\patients.csv.gz', X],
  ['output%2Fpatients.csv.gz', X],
  ['open("patients.csv.gz")', `open("${X}")`],
  ['--output=output/input_2019.feather', `--output=${X}`],
  ['input_vax.feather', X],
  ['output/linked_deaths.arrow and linked_deaths', `${X} and ${X}`],
  ['output/high/table.csv', X],
  ['the file odd (name) & co.csv', `the file ${X}`],
  ['the file odd (name) &amp; co.csv', `the file ${X}`],
])('highly sensitive names are hidden: %s', (text, hidden) => {
  expect(names.hide(text)).toBe(hidden);
  expect(names.holds(text)).toBe(true);
  expect(names.holds(hidden)).toBe(false);
});

it.each([
  ...['output/table.csv', 'table.csv', '3 patients of output/plot.png', 'linked_deaths_plot'],
  ...['inputs.feather', 'output/patients.csv.gzip'],
])('highly sensitive names are no others: %s', (text) => expect(names.hide(text)).toBe(text));

it('highly sensitive names leave months and long data alone', () => {
  const monthly = sensitiveNames({paths: ['output/2019-01.csv'], patterns: [], shown: []});
  expect(monthly.hide('2019-01, 2019-01.csv')).toBe(`2019-01, ${X}`);
});
