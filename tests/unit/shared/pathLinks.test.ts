import {expect, it} from 'vitest';
import {pathLinks} from '../../../shared/pathLinks';

/** What is linked of a text: the words, the path, the line. */
const linked = (text: string): readonly string[] =>
  pathLinks(text).map(
    ({from, to, path, line}) =>
      `${text.slice(from, to)} -> ${path}${line === null ? '' : ` @${line}`}`,
  );

it.each([
  // Python, and ehrQL which is Python
  [
    '  File "/workspace/analysis/model.py", line 7, in <module>',
    'File "/workspace/analysis/model.py", line 7 -> analysis/model.py @7',
  ],
  [
    '  File "analysis/my model.py", line 12',
    'File "analysis/my model.py", line 12 -> analysis/my model.py @12',
  ],
  ['analysis/model.py:31: FutureWarning: old', 'analysis/model.py:31 -> analysis/model.py @31'],
  [
    "Failed to import '/workspace/analysis/dataset_definition.py':",
    '/workspace/analysis/dataset_definition.py -> analysis/dataset_definition.py',
  ],
  // R
  [
    'Error in source("analysis/lib/fit.R") : analysis/lib/fit.R:3:7: unexpected symbol',
    'analysis/lib/fit.R -> analysis/lib/fit.R',
    'analysis/lib/fit.R:3:7 -> analysis/lib/fit.R @3',
  ],
  ['2: fit(x) at analysis/model.R#14', 'analysis/model.R#14 -> analysis/model.R @14'],
  [
    "cannot open file 'output/cohort.csv.gz': No such file or directory",
    'output/cohort.csv.gz -> output/cohort.csv.gz',
  ],
  [
    'Quitting from lines 3-9 (/workspace/analysis/report.Rmd)',
    '/workspace/analysis/report.Rmd -> analysis/report.Rmd',
  ],
  // Stata
  ['. do "analysis/model.do"', 'analysis/model.do -> analysis/model.do'],
  ['file ./output/input.dta not found', './output/input.dta -> output/input.dta'],
  // the shell, project.yaml, a line in words
  ['analysis/run.sh: line 4: foo: command not found', 'analysis/run.sh -> analysis/run.sh'],
  ['analysis/run.sh, line 4', 'analysis/run.sh, line 4 -> analysis/run.sh @4'],
  ['see project.yaml (line 12)', 'project.yaml (line 12) -> project.yaml @12'],
  [
    'wrote output/a.csv, output/b.feather.',
    'output/a.csv -> output/a.csv',
    'output/b.feather -> output/b.feather',
  ],
])('paths in a line of a log are found in %s', (text, ...expected) => {
  expect(linked(text)).toEqual(expected);
});

it.each([
  '  File "/usr/lib/python3.11/site-packages/pandas/core/frame.py", line 4090, in x',
  '  File "<string>", line 1, in <module>',
  'https://docs.opensafely.org/files/a.csv',
  'C:\\study\\analysis\\model.py',
  '../other/analysis/model.py',
  '/workspace/../etc/a.txt',
  'numpy.core.multiarray and pandas.io.json',
  'version 1.2.3 of a/b',
  'user@host/a.py',
  'model.R',
])('paths in a line of a log are not made up in %s', (text) => expect(linked(text)).toEqual([]));

it('paths in a line of a log take no longer for a long line', () => {
  const text = `${'a/'.repeat(4000)} ${'a.'.repeat(4000)} ${'File "'.repeat(1000)}`;
  const startedAt = performance.now();
  pathLinks(text);
  expect(performance.now() - startedAt).toBeLessThan(1000);
});
