import {describe, expect, it} from 'vitest';
import {applyTextEdits} from '../../../electron/study/quickFixes';
import {readProject} from '../../../electron/study/readProject';
import {repeatEdits} from '../../../electron/study/repeatAction';
import {ehrqlOptionEdits} from '../../../electron/study/runWordEdits';
import {datesBy, parametersOf, type Repeat} from '../../../shared/repeat';

const TEXT = `version: 4 # extract is not one here
actions:

  # the cohort
  extract: # by date
    # ehrQL writes it
    run: >
      ehrql:v1 generate-dataset analysis/d.py
      --output output/dataset.csv.gz
      -- --index-date 2020-03-01
    outputs:
      highly_sensitive:
        cohort: output/dataset.csv.gz # one row each

  model:
    run: r:v2 analysis/model.R --in=output/dataset.csv.gz 'output/model 1'
    needs: [extract]
    outputs: {moderately_sensitive: {m: output/model.csv}}

  # all of them
  report:
    run: python:v2 python analysis/report.py output/model.csv
    needs:
      - model # the model
      - extract
    outputs:
      moderately_sensitive:
        r: output/report.html
# the end
`;

const base: Repeat = {
  ...{action: 'extract', at: 7, values: ['2020-03-01', '2021-03-01'], downstream: []},
};
function repeated(text: string, changes: Partial<Repeat> = {}) {
  const done = repeatEdits(text, {...base, ...changes});
  if (!done.ok) throw new Error(done.error.message);
  const after = applyTextEdits(text, done.value.edits) ?? '';
  return {...done.value, after, project: readProject(after).project};
}
const commentsOf = (text: string) => [...new Set(text.match(/#.*/g))].sort();

describe('repeating an action in project.yaml', () => {
  it('writes its block once for each value, and has others need each of them', () => {
    const {after, actions, notes} = repeated(TEXT);
    const block = TEXT.slice(TEXT.indexOf('  extract:'), TEXT.indexOf('\n  model:'));
    const copy = (value: string) =>
      block
        .replace('extract:', `extract_${value}:`)
        .replaceAll('output/dataset', `output/dataset_${value}`)
        .replace('2020-03-01\n', `${value}\n`);
    expect(after).toBe(
      TEXT.replace(block, `${copy('2020-03-01')}\n${copy('2021-03-01')}`)
        .replace('[extract]', '[extract_2020-03-01, extract_2021-03-01]')
        .replace('- extract', '- extract_2020-03-01\n      - extract_2021-03-01'),
    );
    expect(actions).toEqual(['extract_2020-03-01', 'extract_2021-03-01']);
    expect(notes).toEqual([
      'The run line of model names output/dataset.csv.gz, which no action writes any more.',
    ]);
  });

  it('repeats what is downstream of it, each on the output of its value', () => {
    const {project, notes, after} = repeated(TEXT, {downstream: ['model']});
    expect(project?.actions.map(({name, needs}) => [name, ...needs])).toEqual([
      ['extract_2020-03-01'],
      ['extract_2021-03-01'],
      ['model_2020-03-01', 'extract_2020-03-01'],
      ['model_2021-03-01', 'extract_2021-03-01'],
      [
        ...['report', 'model_2020-03-01', 'model_2021-03-01'],
        ...['extract_2020-03-01', 'extract_2021-03-01'],
      ],
    ]);
    expect(project?.actions[3]?.run.argv).toEqual([
      ...['r:v2', 'analysis/model.R', '--in=output/dataset_2021-03-01.csv.gz', 'output/model 1'],
    ]);
    expect(notes).toEqual([
      'The script of model must write output/model_2020-03-01.csv itself: the run line does not name it.',
      'The run line of report names output/model.csv, which no action writes any more.',
    ]);
    expect(commentsOf(after)).toEqual(commentsOf(TEXT));
  });

  it('puts the value where an earlier one is, and into the folder that ehrQL writes', () => {
    const text = `actions:
    d_2020_03_01:
        run: ehrql:v1 generate-measures "d.py" --output output/m_20200301:csv -- 2020-03-01
        outputs:
            highly_sensitive:
                m: output/m_20200301/*.csv
version: '4.0'
`.replaceAll('\n', '\r\n');
    const {after, project} = repeated(text, {
      ...{action: 'd_2020_03_01', at: 6, values: ['2020-04-01', '2020-05-01']},
    });
    expect(
      project?.actions.map(({name, run, outputs}) => [name, run.argv[4], outputs[0]?.pattern]),
    ).toEqual([
      ['d_2020_04_01', 'output/m_20200401:csv', 'output/m_20200401/*.csv'],
      ['d_2020_05_01', 'output/m_20200501:csv', 'output/m_20200501/*.csv'],
    ]);
    expect(after.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(after.endsWith("version: '4.0'\r\n")).toBe(true);
  });

  it.each([
    [{values: []}, /no value/],
    [{values: ['a', 'a']}, /twice/],
    [{values: ['a b', 'a_b']}, /same name/],
    [{values: ['--']}, /no letter/],
    [{values: Array.from({length: 501}, (_, at) => String(at))}, /500 values at most/],
    [{action: 'none'}, /no action none/],
    [{at: 1}, /no such parameter/],
    [{downstream: ['extract', 'report']}, /extract needs none/],
    [{values: ['it’s', 'a']}, null],
  ] as const)('refuses what can’t be repeated (%#)', (changes, message) => {
    const done = repeatEdits(TEXT, {...base, ...changes});
    if (message === null) expect(done).toMatchObject({ok: true});
    else expect(done).toMatchObject({error: {message: expect.stringMatching(message) as unknown}});
  });

  it('leaves what is written in another way to be changed by hand', () => {
    const text = TEXT.replace('needs: [extract]', 'needs: &n [extract]')
      .replace('    needs:\n      - model # the model\n      - extract\n', '    needs: *n\n')
      .replace(' output/model.csv\n    needs: *n', '\n    needs: *n');
    expect(readProject(text).project).not.toBeNull();
    expect(repeatEdits(text, base)).toMatchObject({
      error: {message: expect.stringMatching(/repeated for you/) as unknown},
    });
  });
});

it('knows the parameters of a run line', () => {
  const of = (run: string) =>
    parametersOf(run.split(' ')).map(({at, option, value}) => [at, option, value]);
  expect(of('ehrql:v1 generate-dataset d.py --output o.csv')).toEqual([]);
  expect(of('ehrql:v1 generate-dataset d.py --output o.csv -- --a 1 --b=x --c y z')).toEqual([
    [7, '--a', '1'],
    [8, '--b', 'x'],
    [10, '--c', 'y'],
    [11, null, 'z'],
  ]);
  expect(of('python:v2 python -u a.py 2020 --n 3')).toEqual([
    [4, null, '2020'],
    [6, '--n', '3'],
  ]);
});

it('steps by months, quarters and years, over short months', () => {
  expect(datesBy('month', '2024-01-31', '2024-04-30')).toEqual([
    ...['2024-01-31', '2024-02-29', '2024-03-31', '2024-04-30'],
  ]);
  expect(datesBy('quarter', '2020-11-01', '2021-06-01')).toEqual([
    ...['2020-11-01', '2021-02-01', '2021-05-01'],
  ]);
  expect(datesBy('year', '2020-02-29', '2022-12-31')).toEqual([
    ...['2020-02-29', '2021-02-28', '2022-02-28'],
  ]);
  expect(datesBy('month', '2020-02-30', '2022-12-31')).toEqual([]);
  expect(datesBy('month', '1000-01-01', '9999-12-31')).toHaveLength(501);
});

describe('an option of ehrQL', () => {
  const optioned = (run: string, option: '--dummy-tables' | '--test-data-file', value: string) => {
    const text = `version: '4.0'\nactions:\n  a: # it\n    run: ${run}\n    outputs: {highly_sensitive: {d: o.csv}}\n`;
    const edits = ehrqlOptionEdits(text, 'a', option, value);
    if (!edits.ok) return edits.error.message;
    const after = applyTextEdits(text, edits.value) ?? '';
    return /run: (.*)/.exec(after)?.[1];
  };
  it.each([
    ['d.py --output o.csv -- --x 1', 't', 'd.py --dummy-tables t --output o.csv -- --x 1'],
    ['--dummy-tab old d.py --output o.csv', 't/u', '--dummy-tab t/u d.py --output o.csv'],
    ['d.py --dummy-tables=old --output=o.csv', 't', 'd.py --dummy-tables=t --output=o.csv'],
    ['d.py --output o.csv', 'a b', "d.py --dummy-tables 'a b' --output o.csv"],
  ])('is added to `%s`, or changed', (words, value, wanted) => {
    const begun = 'ehrql:v1 generate-dataset ';
    expect(optioned(begun + words, '--dummy-tables', value)).toBe(begun + wanted);
  });
  it('is none of another program', () => {
    expect(optioned('python:v2 d.py', '--test-data-file', 't.py')).toBe(
      'a runs no definition in ehrQL.',
    );
  });
});
