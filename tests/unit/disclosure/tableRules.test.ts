import {describe, expect, it} from 'vitest';
import {RULE_NUMBERS} from '../../../shared/disclosureRules';
import {checkTable} from '../../../electron/disclosure/checkTable';
import {differencingFindings} from '../../../electron/disclosure/differencing';
import {foundIn, said, tableOf} from './tableOf';

const findings = (csv: string, rule: string): readonly string[] =>
  foundIn(csv).filter((each) => each.includes(` ${rule} `));

describe('a total', () => {
  // the example of the documentation
  const table = (total: string, cell = '[REDACTED]') =>
    `age_band,heart_disease,population\n21-30,${cell},[REDACTED]\n31-40,10,100\n41-50,15,90\n51+,25,85\nTotal,${total}`;

  it('gives a redacted cell away', () => {
    expect(findings(table('51,276'), 'total-gives-away')).toEqual([
      'question total-gives-away heart_disease:1',
      'question total-gives-away population:1',
    ]);
  });

  it('does not where it is the sum of what is shown', () => {
    expect(findings(table('50,275'), 'total-gives-away')).toEqual([]);
  });

  it('does not where two cells are redacted, unless both must be 1', () => {
    const two = (total: number) => `sex,n\na,[REDACTED]\nb,[REDACTED]\nc,11\nTotal,${total}`;
    expect(findings(two(16), 'total-gives-away')).toEqual([]);
    expect(findings(two(13), 'total-gives-away')).toHaveLength(2);
    expect(findings(two(25), 'total-gives-away')).toHaveLength(2);
  });

  it('is only looked at where a rounded one is no sum of rounded counts', () => {
    expect(findings('sex,n\na,[REDACTED]\nb,20\nTotal,25', 'total-gives-away')).toEqual([
      'check total-gives-away n:1',
    ]);
  });

  it('is of its own group of rows', () => {
    const rows =
      'year,sex,n\n2020,F,11\n2020,M,[REDACTED]\n2020,All,13\n2021,F,12\n2021,M,13\n2021,All,25';
    expect(findings(rows, 'total-gives-away')).toEqual(['question total-gives-away n:2']);
  });

  it('may be a column', () => {
    const rows = 'region,n_female,n_male,n_total\nE,12,14,26\nW,13,[REDACTED],16';
    expect(findings(rows, 'total-gives-away')).toEqual(['question total-gives-away n_male:2']);
  });
});

describe('a rate', () => {
  it('gives away the count beside it', () => {
    expect(foundIn('region,n,percent\nE,[REDACTED],2.1\nW,100,40')).toEqual([
      'question rate-gives-away percent:1',
    ]);
    expect(foundIn('region,n,percent\nE,[REDACTED],[REDACTED]\nW,100,40')).toEqual([]);
  });

  it('is worked out from the rounded counts, or asked about', () => {
    const measure = (ratio: string) =>
      `measure,interval_start,ratio,numerator,denominator\na,2020-01-01,${ratio},15,200\na,2020-02-01,0.1,20,200`;
    expect(foundIn(measure('0.075'))).toEqual([]);
    expect(foundIn(measure('0.0813'))).toEqual(['question rate-unrounded ratio:1']);
  });

  it('needs counts', () => {
    expect(foundIn('region,percent\nE,2.1\nW,40.2')).toEqual(['check no-counts percent:']);
  });
});

describe('differencing', () => {
  const whole = tableOf(
    'age_band,heart_disease,population\n21-30,8,20\n31-40,11,26\n41-50,15,30\n51+,25,41',
    'output/all.csv',
  );
  const between = (csv: string, path = 'output/male.csv') =>
    said(
      differencingFindings(
        [whole, tableOf(csv, path)].flatMap((table) => checkTable(table).groups),
      ),
    );

  it('finds what is left between two tables of the same groups', () => {
    expect(
      between('age_band,heart_disease,population\n21-30,7,19\n31-40,3,12\n41-50,7,18\n51+,13,26'),
    ).toEqual(['question differencing heart_disease:1', 'question differencing population:1']);
  });

  it.each([
    ['none is left', 'age_band,population\n21-30,20\n31-40,26\n41-50,30\n51+,41'],
    ['8 are left', 'age_band,population\n21-30,12\n31-40,12\n41-50,18\n51+,26'],
    ['neither is part of the other', 'age_band,population\n21-30,19\n31-40,33\n41-50,18\n51+,26'],
    ['the groups are others', 'region,population\nE,19\nW,25\nS,29\nN,40'],
    ['two groups only', 'age_band,population\n21-30,19\n31-40,25'],
  ])('finds nothing where %s', (_, csv) => expect(between(csv)).toEqual([]));

  it('is unsure where one of them looks rounded, as in the example of the documentation', () => {
    const all =
      'age_band,heart_disease,population\n21-30,8,20\n31-40,10,25\n41-50,15,30\n51+,25,40';
    const male = 'age_band,heart_disease,population\n21-30,7,19\n31-40,2,15\n41-50,7,18\n51+,13,25';
    const groups = [tableOf(all, 'output/all.csv'), tableOf(male, 'output/male.csv')].flatMap(
      (table) => checkTable(table).groups,
    );
    expect(said(differencingFindings(groups))).toEqual([
      'question differencing heart_disease:1',
      'check differencing population:1',
    ]);
  });

  it('finds nothing where both are rounded', () => {
    const groups = [
      tableOf('band,n\na,20\nb,25\nc,30', 'output/all.csv'),
      tableOf('band,n\na,15\nb,20\nc,15', 'output/male.csv'),
    ].flatMap((table) => checkTable(table).groups);
    expect(differencingFindings(groups)).toEqual([]);
  });

  it('is unsure of tables of different years', () => {
    const yearly = [2019, 2020].map((year, at) =>
      tableOf(`sex,n\nF,${31 + at}\nM,${42 + at}\nX,${53 + at}`, `output/n_${year}.csv`),
    );
    expect(said(differencingFindings(yearly.flatMap((table) => checkTable(table).groups)))).toEqual(
      expect.arrayContaining(['check differencing n:1']),
    );
  });
});

describe('columns', () => {
  it.each(['patient_id', 'PatientID', 'nhs_number', 'patient_id.x', 'date_of_birth'])(
    'named %s tell patients apart',
    (name) => expect(findings(`${name},x\na,b`, 'identifier')).toHaveLength(1),
  );

  it('are not taken for counts, whatever their names hold', () => {
    const rows = Array.from({length: 12}, (_, at) => `${at + 101},${at}`).join('\n');
    expect(findings(`patient_id,age\n${rows}`, 'unrounded-count')).toEqual([]);
  });

  it.each(['patients', 'n_patients', 'patient_group', 'id_type'])('named %s do not', (name) => {
    expect(findings(`${name},x\na,b`, 'identifier')).toEqual([]);
  });

  it('of lowest and highest values are asked about, but not other quantiles or bounds', () => {
    expect(findings('group,n,age_min,age_max\na,10,18,103', 'min-max')).toEqual([
      'question min-max age_min:1',
      'question min-max age_max:1',
    ]);
    expect(findings('statistic,value\nn,100\nmean,44\nmax,103', 'min-max')).toEqual([
      'question min-max value:3',
    ]);
    expect(findings('group,n,p25,p75,ci_max,x_min\na,10,18,60,3,4', 'min-max')).toEqual([]);
    expect(findings('age_min,n\n0,10\n10,15\n20,25', 'min-max')).toEqual([]);
  });

  it.each([
    '12 (34%)',
    '1,230 (3.4)',
    '5.2 (1.3–9.1)',
    '1.2 [0.9, 1.5]',
    '1.1 (95% CI 0.9 to 1.5)',
    '34% (10)',
    '5.2 ± 1.3',
    '<8 (3%)',
    '[REDACTED] (3%)',
  ])('that hold two statistics in one cell are asked about: %s', (cell) => {
    const table = {
      ...tableOf('group,x\na,text\nb,y\nc,z'),
      rows: [
        ['a', 'text'],
        ['b', cell],
        ['c', cell],
      ],
    };
    const found = checkTable(table).findings.filter(({rule}) => rule === 'two-statistics');
    expect(said(found)).toEqual(['question two-statistics x:2']);
    expect(found[0]?.message).toContain('2 cells');
  });

  it.each([
    '12',
    '34%',
    '18-39',
    '0 (none)',
    '65 (or older)',
    '(18,39]',
    '2020-03-01',
    'Male (1)',
    '1 of 2',
    '<8',
    '1-7',
  ])('that hold one are not: %s', (cell) =>
    expect(findings(`group,x\na,${cell.replaceAll(',', ';')}`, 'two-statistics')).toEqual([]),
  );

  it('of days are asked about, of months and weeks not', () => {
    const of = (name: string, ...days: string[]) =>
      findings(`${name},n\n${days.map((day) => `${day},10`).join('\n')}`, 'day-date');
    expect(of('admission_date', '2020-03-14', '2020-03-19', '2020-04-02')).toEqual([
      'question day-date admission_date:1',
    ]);
    expect(of('date', '2020-03-14', '2020-03-19', '2020-04-02')).toEqual(['check day-date date:1']);
    expect(of('date', '2020-03-14', '2020-03-15', '2020-03-16')).toEqual(['check day-date date:1']);
    expect(of('date', '2020-01-01', '2020-02-01', '2020-03-01')).toEqual([]);
    expect(of('date', '2020-01-31', '2020-02-29', '2020-03-31')).toEqual([]);
    expect(of('date', '2020-03-02', '2020-03-09', '2020-03-23')).toEqual([]);
    expect(of('interval_end', '2020-01-30', '2020-02-27', '2020-03-26')).toEqual([]);
    expect(findings('death_date,age\n2020-03-14,80', 'day-date')).toHaveLength(1);
  });

  it('are too many from one more than is asked for', () => {
    const wide = (columns: number) =>
      foundIn(
        `${Array.from({length: columns}, (_, at) => `text_${at}`).join()}\n${'x,'.repeat(columns - 1)}x`,
      );
    const most = RULE_NUMBERS.mostColumns.value;
    expect(wide(most)).toEqual([]);
    expect(wide(most + 1)).toEqual(['check wide-table :']);
  });
});
