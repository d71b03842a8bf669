import {describe, expect, it} from 'vitest';
import {RULE_NUMBERS} from '../../../shared/disclosureRules';
import {foundIn} from './tableOf';

const small = RULE_NUMBERS.redactUpTo.value;

describe('counts of 1 to 7', () => {
  it.each([1, 3, 5, small])('asks about %i', (count) => {
    expect(foundIn(`region,n\nEast,${count}\nWest,100`)).toEqual(['question small-count n:1']);
  });

  it.each([0, 10])('does not ask about %i', (count) => {
    expect(foundIn(`region,n\nEast,${count}\nWest,100`)).toEqual([]);
  });

  it('asks about 8 only as it is not rounded', () => {
    expect(foundIn(`region,n\nEast,${small + 1}\nWest,100`)).toEqual([
      'question unrounded-count n:1',
    ]);
  });

  it.each(['[REDACTED]', 'redacted', '<=7', '<8', 'NA', '', '*'])(
    'takes %s for redacted',
    (cell) => {
      expect(foundIn(`region,n\nEast,${cell}\nWest,100`)).toEqual([]);
    },
  );

  it('tells every cell, and counts on where there are many', () => {
    const rows = Array.from({length: 130}, (_, at) => `area ${at},3`).join('\n');
    const found = foundIn(`area,patients\n${rows}`);
    expect(found).toHaveLength(101);
    expect(found.at(-1)).toBe('question small-count patients:');
  });

  it('reads 10.0 and 1,234 as counts, and finds counts with percentages in text', () => {
    expect(foundIn('group,n\na,3.0\nb,10.0')).toEqual(['question small-count n:1']);
    expect(
      foundIn('characteristic,vaccinated\nAge,45 (12.3)\nMale,3 (0.5%)\nFemale,120 (20%)'),
    ).toEqual(['question two-statistics vaccinated:1', 'question small-count vaccinated:2']);
  });

  it('finds counts among statistics by the name in their row', () => {
    expect(
      foundIn('statistic,value\nn,4\nmean,43\nsd,12\nmedian,41').filter((each) =>
        each.includes('count'),
      ),
    ).toEqual(['question small-count value:1']);
  });

  it('asks about a column without a telling name where it stands below a count in every row', () => {
    const table =
      'age_band,heart_disease,population\n21-30,1,1\n31-40,10,100\n41-50,15,90\n51+,25,85';
    expect(foundIn(table)).toEqual([
      'question small-count heart_disease:1',
      'question small-count population:1',
    ]);
  });
});

describe('rounding', () => {
  it.each([
    ['to 5', '10,15,20,105'],
    ['to 10', '10,20,40,110'],
    ['to 7', '14,21,28,70'],
  ])('is seen where it is %s', (_, counts) => {
    const rows = counts.split(',').map((count, at) => `g${at},${count}`);
    expect(foundIn(`group,n\n${rows.join('\n')}`)).toEqual([]);
  });

  it('is asked about at each cell that is not', () => {
    expect(foundIn('group,n\na,10\nb,12\nc,15\nd,104')).toEqual([
      'question unrounded-count n:2',
      'question unrounded-count n:4',
    ]);
  });

  it('may be midpoint 6, which a name says', () => {
    expect(foundIn('group,n_midpoint6\na,3\nb,9\nc,0\nd,105')).toEqual([]);
    expect(foundIn('group,n_midpoint6\na,3\nb,10')).toEqual([
      'question unrounded-count n_midpoint6:2',
    ]);
    expect(foundIn('group,n_midpoint6\na,4')).toEqual([
      'question small-count n_midpoint6:1',
      'question unrounded-count n_midpoint6:1',
    ]);
    expect(foundIn('group,n_midpoint6_derived\na,6\nb,12\nc,0')).toEqual([]);
    expect(foundIn('group,n\na,3\nb,9\nc,15\nd,33')).toEqual(['check midpoint6-name n:']);
  });

  it('is not believed of two values that fit by chance', () => {
    expect(foundIn('group,n\na,3\nb,9')).toEqual([
      'question small-count n:1',
      'question unrounded-count n:2',
    ]);
  });
});

it.each([
  ['years and weeks', 'year,week,n\n2020,1,10\n2020,2,15\n2021,1,20\n2021,2,25'],
  ['ages and quintiles', 'age,imd_quintile,n\n41,1,10\n42,2,20\n43,3,30'],
  ['medians and rates', 'group,n,median_age,rate_per_1000\na,10,43,7\nb,20,51,3'],
  ['tests of models', 'term,df,chisq,n\nage,3,12,100\nsex,1,4,100'],
  ['durations', 'group,followup_days,n\na,93,10\nb,187,20'],
  ['codes', 'snomed_code,n\n3723001,10\n195967001,25'],
  ['flags', 'model,adjusted,n\na,0,10\nb,1,15'],
  ['waves of a crossed table', 'region,wave,n\nE,1,10\nE,2,15\nW,1,20\nW,2,25'],
])('whole numbers that are no counts are left alone: %s', (_, table) => {
  expect(foundIn(table)).toEqual([]);
});
