import {describe, expect, it} from 'vitest';
import {groupsOf} from '../../../renderer/groups/similarActions';
import type {TableRow} from '../../../renderer/table/columns';
import {groupRows, listedNames} from '../../../renderer/table/groupRows';
import {decodeSort, sortRows} from '../../../renderer/table/sortRows';
import {actionOf, graphOf, projectOf, type ShortAction} from '../query/studyOfActions';

const like = (script: string, count: number): readonly ShortAction[] =>
  Array.from({length: count}, (_, index) => ({
    name: `${script}_${index + 1}`,
    script: `analysis/${script}.R`,
  }));

/** A cohort, three like plots, twelve like models, and two tables, which are too few for a group. */
const project = projectOf([
  {name: 'cohort', script: 'analysis/cohort.py'},
  ...like('plot', 3),
  ...like('model', 12),
  ...like('table', 2),
]);
const groupOf = groupsOf({project, graph: graphOf(project)});
const rows: readonly TableRow[] = project.actions.map((action, place) => ({
  action: actionOf(action),
  place,
  status: undefined,
}));

/** The rows as they are drawn: headings by label and number, actions below one set in. */
const drawn = (
  from: readonly TableRow[] = rows,
  selection: string | null = null,
  toggled: readonly string[] = [],
) => groupRows(from, groupOf, {toggled: new Set(toggled), selection});
const words = (...view: Parameters<typeof drawn>) =>
  drawn(...view).map((row) =>
    row.kind === 'group'
      ? `${row.group.label} × ${row.names.length}`
      : `${row.level === 2 ? '  ' : ''}${row.key}`,
  );
const keyOf = (label: string) =>
  drawn().flatMap((row) => (row.kind === 'group' && row.group.label === label ? [row.key] : []));

describe('groupRows', () => {
  it('puts like actions below a heading, many of them folded', () => {
    expect(words()).toEqual([
      ...['cohort', 'plot_* × 3', '  plot_1', '  plot_2', '  plot_3', 'model_* × 12'],
      ...['table_1', 'table_2'],
    ]);
  });

  it('folds and unfolds against how a group opens, and unfolds that of the selected action', () => {
    expect(words(rows, null, keyOf('plot_*')).slice(0, 3)).toEqual([
      ...['cohort', 'plot_* × 3', 'model_* × 12'],
    ]);
    const unfolded = words(rows, null, keyOf('model_*'));
    expect(unfolded.slice(5, 8)).toEqual(['model_* × 12', '  model_1', '  model_2']);
    expect(words(rows, 'model_9')).toEqual(unfolded);
    expect(words(rows, 'cohort')).toEqual(words());
  });

  it('unfolds a group of which the query finds a part, and keeps folded one that it finds whole', () => {
    const finding = (wanted: RegExp) => {
      const found = new Set(project.actions.flatMap(({name}) => (wanted.test(name) ? name : [])));
      const left = rows.filter(({action}) => found.has(action.name));
      return groupRows(left, groupOf, {toggled: new Set(), selection: null, found}).length;
    };
    expect(finding(/model_([2-9]|1\d)/)).toBe(12);
    expect(finding(/model_/)).toBe(1);
  });

  it('sorts actions within their group, which stands where the first of them does', () => {
    const sorted = sortRows(rows, decodeSort('name desc'));
    expect(words(sorted)).toEqual([
      ...['table_2', 'table_1', 'plot_* × 3', '  plot_3', '  plot_2', '  plot_1', 'model_* × 12'],
      'cohort',
    ]);
    const latest = sortRows(rows, decodeSort('name desc')).filter(({action}) =>
      ['model_12', 'table_1', 'model_3', 'model_1'].includes(action.name),
    );
    expect(words(latest)).toEqual([
      ...['table_1', 'model_* × 3', '  model_12', '  model_3', '  model_1'],
    ]);
  });

  it('has those alone that are found, by themselves where they are too few for a group', () => {
    const found = rows.filter(({action}) => /_[12]$/.test(action.name));
    expect(words(found)).toEqual([
      ...['plot_1', 'plot_2', 'model_1', 'model_2', 'table_1', 'table_2'],
    ]);
  });

  it('loses no action, folded or not, and lists each once', () => {
    const all = project.actions.map(({name}) => name);
    expect(listedNames(drawn())).toEqual(all);
    expect(listedNames(drawn(rows, null, [...keyOf('plot_*'), ...keyOf('model_*')]))).toEqual(all);
  });
});
