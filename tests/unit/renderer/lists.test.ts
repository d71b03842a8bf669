import {describe, expect, it} from 'vitest';
import type {OutputEntry, OutputsListing} from '../../../shared/output';
import type {ActionState} from '../../../shared/status';
import {groupActions} from '../../../renderer/actions/groupActions';
import type {FoldNode} from '../../../renderer/groups/fold';
import {
  fileFilter,
  outputRows,
  outputsOf,
  type OutputOrder,
} from '../../../renderer/outputs/outputRows';

describe('the list of actions', () => {
  const byState = new Map<ActionState, readonly string[]>([
    ['up-to-date', ['a', 'b']],
    ['failed', ['c']],
    ['out-of-date', ['d']],
    ['upstream-out-of-date', ['e']],
  ]);
  const keys = (toggled: readonly string[] = [], found: ReadonlySet<string> | null = null) =>
    groupActions(byState, new Map(), {found, toggled: new Set(toggled), selection: null}).map(
      ({key}) => key,
    );

  it('puts what needs attention first, both kinds of out of date together', () => {
    expect(keys()).toEqual([
      ...['group:failed', 'c', 'group:out-of-date', 'd', 'e', 'group:up-to-date', 'a', 'b'],
    ]);
  });

  it('leaves out folded groups’ actions and what the query does not find', () => {
    expect(keys(['group:out-of-date'], new Set(['b', 'd']))).toEqual([
      ...['group:out-of-date', 'group:up-to-date', 'b'],
    ]);
  });

  it('puts three like actions of a state together, many of them folded, the selected one in sight', () => {
    const names = Array.from({length: 12}, (_, index) => `model_${index}`);
    const like: FoldNode = {
      ...{id: 'script:model', kind: 'group', label: 'model', image: 'r:v2', members: names},
    };
    const groupOf = new Map(names.map((name) => [name, like] as const));
    const rows = (failed: number, selection: string | null = null) =>
      groupActions(
        new Map<ActionState, readonly string[]>([
          ['failed', names.slice(0, failed)],
          ['never-run', names.slice(failed)],
        ]),
        groupOf,
        {found: null, toggled: new Set(), selection},
      );
    // two that failed are told one by one, ten that never ran as one row
    expect(rows(2).map(({key}) => key)).toEqual([
      ...['group:failed', 'model_0', 'model_1', 'group:never-run', 'like:never-run:script:model'],
    ]);
    expect(rows(2, 'model_5')).toHaveLength(15);
  });
});

describe('the tree of outputs', () => {
  const NO_GROUPS = new Map<string, FoldNode>();
  const file = (path: string, action: string): OutputEntry => ({
    ...{path, action, tier: 'moderately_sensitive', size: 10, sha256: '', runId: 'r1'},
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
    outputRows(listing, {
      filter,
      toggled: new Set(toggled),
      grouping: 'action',
      order: 'name',
      groupOf: NO_GROUPS,
    }).map((row) => row.key);

  it('lists tiers in their order, files under their actions, and patterns that stand for nothing yet', () => {
    expect(keys('')).toEqual([
      'tier:highly_sensitive',
      'group:highly_sensitive:two',
      'pattern:two:output/x_*.rds',
      'tier:moderately_sensitive',
      'group:moderately_sensitive:one',
      'output/a.csv',
      'output/plots/b.png',
      'orphans',
    ]);
  });

  it('lists files under their folders instead, in the order that is asked for', () => {
    const many: OutputsListing = {
      ...listing,
      outputs: [
        {...file('output/table_10.csv', 'one'), size: 5},
        {...file('output/table_2.csv', 'two'), producedAt: '2026-03-15T12:00:00Z'},
        {...file('output/table_1.csv', 'one'), size: 99},
        file('output/plots/b.png', 'one'),
      ],
    };
    const shown = (order: OutputOrder) =>
      outputRows(many, {
        filter: '',
        toggled: new Set(),
        grouping: 'folder',
        order,
        groupOf: NO_GROUPS,
      }).flatMap((row) =>
        row.kind === 'file' || row.kind === 'group' ? [row.key.replace(/^.*[/:]/, '')] : [],
      );
    const [none, tables, plots] = ['output', 'output', 'plots'];
    // names as people count; a pattern that stands for nothing yet has its folder too
    expect(shown('name')).toEqual([
      ...[none, tables, 'table_1.csv', 'table_2.csv', 'table_10.csv', plots, 'b.png'],
    ]);
    expect(shown('newest').slice(2, 5)).toEqual(['table_2.csv', 'table_1.csv', 'table_10.csv']);
    expect(shown('largest').slice(2, 5)).toEqual(['table_1.csv', 'table_2.csv', 'table_10.csv']);
  });

  it('is narrowed to the outputs of some actions', () => {
    const {outputs, patterns, orphans} = outputsOf(listing, new Set(['two']));
    expect([outputs.length, patterns.map(({action}) => action), orphans.length]).toEqual([
      ...[0, ['two'], 0],
    ]);
  });

  it('names files without their folders, but where two of a group have the same name', () => {
    const paths = ['output/new/a.csv', 'output/old/a.csv', 'output/b.csv'];
    const rows = outputRows(
      {outputs: paths.map((path) => file(path, 'one')), patterns: [], orphans: []},
      {filter: '', toggled: new Set(), grouping: 'action', order: 'name', groupOf: NO_GROUPS},
    );
    const names = rows.flatMap((row) => (row.kind === 'file' ? [row.name] : []));
    expect(names).toEqual(['b.csv', 'output/new/a.csv', 'output/old/a.csv']);
  });

  it('puts like actions under one row of their tier', () => {
    const names = Array.from({length: 9}, (_, at) => `describe_the_cohort_of_wave_${at}`);
    const like: FoldNode = {
      ...{
        id: 'describe',
        kind: 'group',
        label: 'describe_the_cohort',
        image: 'r:v2',
        members: names,
      },
    };
    const groupOf = new Map(names.map((name) => [name, like]));
    const outputs = [
      file('output/other.csv', 'other'),
      ...names.flatMap((name) => [
        file(`output/${name}.csv`, name),
        file(`output/${name}.txt`, name),
      ]),
      // two of them are no group there
      ...names.slice(0, 2).map((name) => ({
        ...file(`output/${name}.feather`, name),
        tier: 'highly_sensitive' as const,
      })),
    ];
    const rowsWith = (toggled: readonly string[], filter = '') =>
      outputRows(
        {outputs, patterns: [], orphans: []},
        {filter, toggled: new Set(toggled), grouping: 'action', order: 'name', groupOf},
      );
    const folded = rowsWith([]);
    expect(folded.map(({kind, level}) => `${kind} ${level}`)).toEqual([
      ...['tier 1', 'group 2', 'file 3', 'group 2', 'file 3'],
      ...['tier 1', 'group 2', 'file 3', 'like 2'],
    ]);
    expect(folded.at(-1)).toMatchObject({words: 'describe_the_cohort', actions: names, count: 18});
    const open = rowsWith(['like:moderately_sensitive:describe']);
    expect(open).toHaveLength(folded.length + 9 * 3);
    expect(open.at(-1)).toMatchObject({kind: 'file', level: 4});
    expect(rowsWith([], 'wave_8.txt').map(({kind}) => kind)).toEqual(['tier', 'group', 'file']);
    expect(rowsWith([], '.txt').filter(({kind}) => kind === 'file')).toHaveLength(9);
  });

  it('lists no file twice that its action makes no more', () => {
    const orphan = file('output/old.csv', 'gone');
    const both = {...listing, outputs: [...listing.outputs, orphan], orphans: [orphan]};
    const rows = outputRows(both, {
      ...{
        filter: '',
        toggled: new Set<string>(),
        grouping: 'action',
        order: 'name',
        groupOf: NO_GROUPS,
      },
    });
    expect(rows.map(({key}) => key)).not.toContain('output/old.csv');
    expect(rows.find((row) => row.kind === 'orphans')).toMatchObject({count: 1});
  });

  it('of 50,000 files has each of them once', () => {
    const outputs = Array.from({length: 50_000}, (_, at) =>
      file(`output/part_${at % 300}/file_${(at * 7919) % 50_000}.csv`, `action_${at % 10}`),
    );
    const rows = outputRows(
      {outputs, patterns: [], orphans: []},
      {filter: '', toggled: new Set(), grouping: 'action', order: 'name', groupOf: NO_GROUPS},
    );
    expect(rows).toHaveLength(50_011);
    expect(new Set(rows.map(({key}) => key)).size).toBe(50_011);
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
