import {describe, expect, it} from 'vitest';
import type {CheckReport, StudyFinding} from '../../../shared/check';
import {ALL_FINDINGS, checkRows, levelCounts, placeWords} from '../../../renderer/state/checkRows';
import {createDeskStore} from '../../../renderer/state/deskStore';
import {marksOf, stepFinding} from '../../../renderer/state/releaseChecks';

function found(change: Partial<StudyFinding>): StudyFinding {
  return {
    path: 'output/table.csv',
    row: 1,
    column: 'n',
    rule: 'small-count',
    level: 'question',
    message: '`n` is 3 here.',
    link: 'https://docs.opensafely.org/',
    action: 'count',
    waiver: null,
    ...change,
  };
}

const findings = [
  found({}),
  found({row: 4}),
  found({rule: 'unrounded-count', row: 5, message: '`n` is 12 here.'}),
  found({rule: 'wide-table', level: 'check', row: null, column: null, message: 'It is wide.'}),
];

describe('rows of the Checks panel', () => {
  it('put what is answered together into one, and count what they hold', () => {
    const rows = checkRows(findings, ALL_FINDINGS);
    expect(rows.map((row) => [row.all.length, placeWords(row)])).toEqual([
      [2, 'n, 2 cells'],
      [1, 'n, row 5'],
      [1, ''],
    ]);
    expect(levelCounts(findings)).toEqual({question: 3, check: 1, info: 0});
  });

  it('have small counts and single patients first within a level, and what was explained last', () => {
    const waiver = {
      path: '',
      rule: 'small-count',
      column: null,
      row: null,
      reason: 'a',
      at: '',
    } as const;
    const rows = checkRows(
      [
        found({waiver, path: 'output/explained.csv'}),
        found({rule: 'wide-table', path: 'output/a.csv'}),
        found({rule: 'identifier', path: 'output/b.csv'}),
        found({path: 'output/c.csv'}),
        found({level: 'info', path: 'output/d.csv'}),
      ],
      ALL_FINDINGS,
    );
    expect(rows.map(({first}) => first.path.slice(7, -4))).toEqual([
      'c',
      'b',
      'a',
      'explained',
      'd',
    ]);
  });

  it('are narrowed by words and by level', () => {
    expect(checkRows(findings, {...ALL_FINDINGS, text: 'ROUNDED'})).toHaveLength(1);
    expect(checkRows(findings, {text: '', levels: new Set(['check'] as const)})).toHaveLength(1);
    expect(checkRows(findings, {...ALL_FINDINGS, text: 'nowhere'})).toEqual([]);
  });
});

it('marked cells are those of the findings, by the place of their column', () => {
  const column = {
    counts: true,
    numeric: 1,
    redacted: 0,
    min: null,
    smallestNonZero: null,
    max: null,
    multiplesOf5: false,
    midpoint6: false,
  };
  const report: CheckReport = {
    rulesVersion: '2026-11-26',
    checkedAt: '2026-04-01T10:00:00.000Z',
    files: [
      {
        path: 'output/table.csv',
        action: 'count',
        rows: 5,
        columns: [
          {name: 'region', ...column},
          {name: 'n', ...column},
        ],
        notRead: null,
      },
    ],
    findings,
    idleWaivers: [],
  };
  expect(marksOf(report)).toEqual({
    'output/table.csv': [
      {row: 5, column: 1, tone: 'fail', reason: '`n` is 12 here.'},
      {row: 4, column: 1, tone: 'fail', reason: '`n` is 3 here.'},
      {row: 1, column: 1, tone: 'fail', reason: '`n` is 3 here.'},
    ],
  });
});

it('F8 goes on from finding to finding, in the order of the list as it is narrowed', () => {
  const store = createDeskStore();
  const checked = {rulesVersion: '', checkedAt: '', files: [], findings, idleWaivers: []};
  store.setState({checked, bottomTab: 'checks'});
  const step = (by: 1 | -1) => {
    stepFinding({store}, by);
    const {centre, shownFinding, collapsed} = store.getState();
    expect([centre.kind, collapsed.has('right')]).toEqual(['output', false]);
    return checkRows(findings, ALL_FINDINGS).findIndex(({key}) => key === shownFinding);
  };
  expect([step(1), step(1), step(1), step(1), step(-1)]).toEqual([0, 1, 2, 0, 2]);
  store.setState({checkFilter: {text: '', levels: new Set(['question'])}});
  expect([step(1), step(1), step(1)]).toEqual([0, 1, 0]);
});
