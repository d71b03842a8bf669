import {describe, expect, it} from 'vitest';
import {DISCLOSURE_RULES, RULE_NUMBERS, RULES_VERSION} from '../../../shared/disclosureRules';
import {figureFindings, level4BeforeRun} from '../../../electron/disclosure/fileRules';
import {
  htmlFindings,
  jsonFindings,
  plainTextFindings,
} from '../../../electron/disclosure/textRules';
import {readProject} from '../../../electron/study/readProject';
import {said} from './tableOf';

describe('figures', () => {
  const upstream = new Map([
    ['plot', ['count']],
    ['count', []],
  ]);
  const plot = [{path: 'output/plot.png', action: 'plot'}];
  it('need a table of their action or of what it needs', () => {
    expect(said(figureFindings(plot, new Map(), upstream))).toEqual(['question no-counts :']);
    expect(said(figureFindings(plot, new Map([['other', true]]), upstream))).toHaveLength(1);
    expect(said(figureFindings(plot, new Map([['count', false]]), upstream))).toEqual([
      'check no-counts :',
    ]);
    expect(figureFindings(plot, new Map([['count', true]]), upstream)).toEqual([]);
    expect(figureFindings(plot, new Map([['plot', true]]), upstream)).toEqual([]);
  });
});

it('project.yaml tells before a run what would be kept from level 4', () => {
  const of = (tier: string, path: string) =>
    said(
      level4BeforeRun(
        readProject(
          `version: 5\nactions:\n  a:\n    run: r:v2 a.R\n    outputs:\n      ${tier}:\n        t: ${path}\n`,
        ).problems,
      ),
    );
  expect(of('moderately_sensitive', 'output/t.csv.gz')).toEqual(['question level4-file :7']);
  expect(of('highly_sensitive', 'output/t.csv.gz')).toEqual([]);
  expect(of('moderately_sensitive', 'output/t.csv')).toEqual([]);
});

describe('JSON', () => {
  const of = (value: unknown) => said(jsonFindings('a.json', JSON.stringify(value)) ?? []);
  it('is judged by its keys', () => {
    expect(of({patients: 7, regions: [{n: 12}, {n: 15}], ratio: 3})).toEqual([
      'question small-count patients:',
      'question unrounded-count regions[0].n:',
    ]);
    expect(of({patients: 10, columns: 12, rounded_to: 5, n_midpoint6: 3, mean_age: 41})).toEqual(
      [],
    );
    expect(of({rows: [{patient_id: 12}]})).toEqual(['question identifier rows[0].patient_id:']);
    expect(of({max_age: 103, death_date: '2020-03-04'})).toEqual([
      'question min-max max_age:',
      'check day-date death_date:',
    ]);
  });
  it('may be none', () => expect(jsonFindings('a.json', '{')).toBeNull());
});

describe('HTML and text', () => {
  it('is looked through, tables by the rules of tables', () => {
    const page = (count: number) =>
      htmlFindings(
        'a.html',
        `<table><tr><th>region</th><th>n</th></tr><tr><td>E</td><td>${count}</td></tr><tr><td>W</td><td>100</td></tr></table>`,
      );
    const asked = 'question html-page :';
    expect(said(page(7))).toEqual(['question small-count n:1', asked]);
    expect(said(page(12))).toEqual(['check unrounded-count n:1', asked]);
    expect(said(page(10))).toEqual([asked]);
    expect(said(htmlFindings('a.html', '<script>1</script>'))).toEqual([
      'check hard-to-check :',
      asked,
    ]);
  });

  it('is asked about lines with small numbers and identifiers', () => {
    expect(said(plainTextFindings('a.txt', 'n = 7\nN=8\nn = 10\np = 0.03\npatient_id: 3'))).toEqual(
      ['check small-count :1', 'check unrounded-count :2', 'check identifier :5'],
    );
  });
});

it('the rules file has a source and a date for each number, and a page for each rule', () => {
  expect(RULES_VERSION).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  for (const {value, source} of Object.values(RULE_NUMBERS)) {
    expect(value).toBeGreaterThan(0);
    expect(source.title.length).toBeGreaterThan(20);
    expect(source.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  }
  for (const {link, why} of Object.values(DISCLOSURE_RULES)) {
    expect(link).toMatch(/^https:\/\/docs\.opensafely\.org\//);
    expect(why).not.toMatch(/safe to release/i);
  }
});
