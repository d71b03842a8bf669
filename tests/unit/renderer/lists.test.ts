import {describe, expect, it} from 'vitest';
import type {OutputEntry, OutputsListing} from '../../../shared/output';
import type {ActionState} from '../../../shared/status';
import {groupActions} from '../../../renderer/actions/groupActions';
import {fileFilter, outputRows} from '../../../renderer/outputs/outputRows';

describe('the list of actions', () => {
  const byState = new Map<ActionState, readonly string[]>([
    ['up-to-date', ['a', 'b']],
    ['failed', ['c']],
    ['out-of-date', ['d']],
    ['upstream-out-of-date', ['e']],
  ]);
  const keys = (rows: ReturnType<typeof groupActions>) => rows.map((row) => row.key);

  it('puts what needs attention first, both kinds of out of date together', () => {
    expect(keys(groupActions(byState, null, []))).toEqual([
      ...['group:failed', 'c', 'group:out-of-date', 'd', 'e', 'group:up-to-date', 'a', 'b'],
    ]);
  });

  it('says of no action that it has never run before its state is known', () => {
    const unknown = new Map<ActionState, readonly string[]>([['never-run', ['a']]]);

    expect(groupActions(unknown, null, [])[0]?.words).toBe('Never run');
  });

  it('leaves out folded groups’ actions and what the query does not find', () => {
    expect(keys(groupActions(byState, new Set(['b', 'd']), ['group:out-of-date']))).toEqual([
      ...['group:out-of-date', 'group:up-to-date', 'b'],
    ]);
  });
});

describe('the tree of outputs', () => {
  const file = (path: string, action: string): OutputEntry => ({
    ...{path, action, tier: 'moderately_sensitive', size: 10, sha256: ''},
    ...{producedAt: '2026-03-14T12:00:00Z', present: true, excludedReason: null},
  });
  const listing: OutputsListing = {
    outputs: [file('output/a.csv', 'one'), file('output/plots/b.png', 'one')],
    patterns: [
      {
        action: 'one',
        tier: 'moderately_sensitive',
        pattern: 'output/a.csv',
        files: ['output/a.csv'],
      },
      {action: 'two', tier: 'highly_sensitive', pattern: 'output/x_*.rds', files: []},
    ],
    orphans: [file('output/old.csv', 'gone')],
  };
  const keys = (filter: string, toggled: readonly string[] = []) =>
    outputRows(listing, filter, new Set(toggled)).map((row) => row.key);

  it('lists tiers in their order, files under their actions, and patterns that stand for nothing yet', () => {
    expect(keys('')).toEqual([
      'tier:highly_sensitive',
      'action:highly_sensitive:two',
      'pattern:two:output/x_*.rds',
      'tier:moderately_sensitive',
      'action:moderately_sensitive:one',
      'output/a.csv',
      'output/plots/b.png',
      'orphans',
    ]);
  });

  it('folds tiers and shows orphans only when asked', () => {
    expect(keys('', ['tier:moderately_sensitive', 'tier:highly_sensitive', 'orphans'])).toEqual([
      ...['tier:highly_sensitive', 'tier:moderately_sensitive', 'orphans', 'output/old.csv'],
    ]);
  });

  it('filters by a part of the path or by a pattern', () => {
    expect(keys('plots')).toContain('output/plots/b.png');
    expect(keys('plots')).not.toContain('output/a.csv');
    expect(['output/a.csv', 'output/a.csv.gz'].filter(fileFilter('*.csv'))).toEqual([
      'output/a.csv',
    ]);
    expect(['a(1).csv', 'a1.csv'].filter(fileFilter('a(1)*'))).toEqual(['a(1).csv']);
  });
});
