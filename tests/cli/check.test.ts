import {describe, expect, it} from 'vitest';
import {folderOf, runCli} from './runCli';

const YAML = `version: 5
actions:
  extract:
    run: python:v2 python analysis/extract.py
    outputs:
      highly_sensitive:
        rows: output/rows.csv
  count:
    run: python:v2 python analysis/count.py
    needs: [extract]
    outputs:
      moderately_sensitive:
        table: output/table.csv
        plot: output/plot.png
`;

const files = {
  'project.yaml': YAML,
  'output/rows.csv': 'patient_id,age\n1,3\n2,4\n',
  'output/table.csv': 'region,n\nEast,3\nWest,100\n',
  'output/plot.png': 'no picture',
};

describe('check', () => {
  const dir = folderOf(files);
  const check = (...options: readonly string[]) =>
    runCli(['check', '--json', '--project-dir', dir, ...options]);

  it('prints each finding as one line of just these keys, and ends with 0', async () => {
    const end = await check();
    expect(end.code).toBe(0);
    expect(end.json()).toEqual([
      {
        path: 'output/table.csv',
        row: 1,
        column: 'n',
        rule: 'small-count',
        level: 'question',
        message: '`n` has 3: counts of 1 to 7 must be suppressed.',
        link: 'https://docs.opensafely.org/outputs/sdc/#redacting-counts-less-than-or-equal-to-7',
      },
    ]);
    expect(Object.keys(end.json()[0] ?? {})).toEqual([
      'path',
      'row',
      'column',
      'rule',
      'level',
      'message',
      'link',
    ]);
    expect((await check('--strict')).code).toBe(1);
  });

  it('looks at an output of any tier that is named, and at nothing else', async () => {
    const named = await check('output/rows.csv');
    expect(named.json().map(({rule}) => rule)).toContain('identifier');
    expect((await check('analysis/count.py')).code).toBe(2);
  });

  it('takes a reason, which stays with the study', async () => {
    const waive = (...options: readonly string[]) =>
      runCli(['waive', '--json', '--project-dir', dir, ...options]);
    const place = ['output/table.csv', '--rule', 'small-count', '--column', 'n'];
    expect((await waive(...place)).code).toBe(2);
    expect((await waive('output/table.csv', '--rule', 'nothing', '--reason', 'x')).code).toBe(2);
    expect((await waive(...place, '--reason', 'GP practices, not patients')).code).toBe(0);
    const [finding] = (await check('--strict')).json();
    expect(finding).toMatchObject({level: 'info'});
    expect(String(finding?.['message'])).toMatch(/Waived: GP practices, not patients$/);
    expect((await check('--strict')).code).toBe(0);
    expect((await waive()).json()).toMatchObject([
      {path: 'output/table.csv', row: null, column: 'n', rule: 'small-count'},
    ]);
    expect((await waive(...place, '--remove')).json()).toEqual([]);
    expect((await check('--strict')).code).toBe(1);
  });

  it('says as text what is left to say to others', async () => {
    const end = await runCli(['check', '--project-dir', dir]);
    expect(end.stdout).toContain('Output checkers decide what may be released.');
    expect(end.stdout).not.toMatch(/safe to release/i);
  });
});
