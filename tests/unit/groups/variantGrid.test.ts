import {describe, expect, it, test} from 'vitest';
import {foldStudy} from '../../../renderer/groups/fold';
import {
  GRID_OF,
  gridGroup,
  variantGrid,
  type VariantGrid,
} from '../../../renderer/groups/variantGrid';
import {graphOf, projectOf} from '../query/studyOfActions';
import {corpusStudies, foldable} from './corpusStudies';

const named = (...names: readonly string[]) => names.map((name) => foldable(name, ['r:v2', 'm.R']));

/** All ways to take one of each, joined. */
const product = (...parts: readonly (readonly string[])[]): readonly string[] =>
  parts.reduce((all, part) => all.flatMap((one) => part.map((other) => `${one}_${other}`)));

const lines = (grid: VariantGrid | null) => ({
  columns: grid?.columns.map(({name}) => name),
  rows: grid?.rows.map(({name}) => name),
});

/** What holds of every grid: each action once, in the cell of its row and column, whose names are in its own. */
function expectSound(grid: VariantGrid, members: ReturnType<typeof named>): void {
  const cells = grid.rows.flatMap(({actions}) => actions.flatMap((action) => action ?? []));
  expect([...cells, ...grid.rest].sort()).toEqual(members.map(({name}) => name).sort());
  expect(cells.length).toBeGreaterThanOrEqual(0.8 * members.length);
  for (const axis of [grid.rows, grid.columns]) {
    expect(new Set(axis.map(({name}) => name)).size).toBe(axis.length);
    expect(axis.filter(({name, actions}) => name === '' || actions.length === 0)).toEqual([]);
  }
  expect(grid.columns.map((_, at) => grid.rows.map(({actions}) => actions[at]))).toEqual(
    grid.columns.map(({actions}) => actions),
  );
  const runLines = new Map(members.map(({name, run}) => [name, run.raw]));
  for (const {name, actions} of [...grid.rows, ...grid.columns])
    for (const action of actions)
      for (const word of action === null ? [] : name.split(/[_\-… ·]+/))
        expect(`${action} ${runLines.get(action ?? '')}`).toContain(word);
}

describe('variantGrid', () => {
  it('has the numbered part as columns, by number, and the other parts as rows, in file order', () => {
    const names = product(
      ['fit'],
      ['older_adults', 'adults', 'infants'],
      ['rsv'],
      ['s2', 's1', 's10'],
    );
    expect(lines(variantGrid(named(...names)))).toEqual({
      columns: ['s1', 's2', 's10'],
      rows: ['older_adults', 'adults', 'infants'],
    });
  });

  it('keeps values of several words whole, and takes parts apart where they are arguments', () => {
    const members = ['older_adults', 'adults', 'older_adults_sec'].flatMap((cohort) =>
      ['flu', 'all_cause'].flatMap((outcome) =>
        ['s1', 's2'].map((season) =>
          foldable(`fit_${cohort}_${outcome}_${season}_main`, [
            ...['r:v2', 'fit.R', '--cohort', cohort, `--outcome=${outcome}`, '--season', season],
          ]),
        ),
      ),
    );
    const grid = variantGrid(members);
    expect(lines(grid).rows).toEqual([
      ...['older_adults · flu', 'older_adults · all_cause', 'adults · flu', 'adults · all_cause'],
      ...['older_adults_sec · flu', 'older_adults_sec · all_cause'],
    ]);
    expect([grid?.rowHeading, grid?.columnHeading]).toEqual(['cohort · outcome', 'season']);
  });

  it('leaves cells empty that do not exist, and lists what has no second one in its row', () => {
    const names = [...product(['fit'], ['a', 'b'], ['s1', 's2', 's3', 's4'])];
    const grid = variantGrid(named(...names.filter((name) => name !== 'fit_b_s1'), 'fit_c_s2'));
    expect(grid?.rows.map(({actions}) => actions)).toEqual([
      ['fit_a_s1', 'fit_a_s2', 'fit_a_s3', 'fit_a_s4'],
      [null, 'fit_b_s2', 'fit_b_s3', 'fit_b_s4'],
    ]);
    expect(grid?.rest).toEqual(['fit_c_s2']);
  });

  it('names a row that has no word of its own by what all share', () => {
    const names = product(['cox', 'cox_boost'], ['flu', 'rsv', 'death']);
    expect(lines(variantGrid(named(...names))).rows).toEqual(['cox', 'cox_boost']);
  });

  it('goes by arguments where names say nothing, and by no option that differs', () => {
    const members = [1, 2, 3, 4].map((n) =>
      foldable(`job${n}`, ['r:v2', 'm.R', n < 3 ? 'flu' : 'rsv', n % 2 === 0 ? 'men' : 'women']),
    );
    const grid = variantGrid(members);
    expect(grid?.rows.map(({actions}) => actions)).toEqual([
      ['job1', 'job3'],
      ['job2', 'job4'],
    ]);
    expect([grid?.rowHeading, grid?.columnHeading]).toEqual([null, null]);
  });

  it.each([
    ['one part that differs', product(['fit'], ['s1', 's2', 's3', 's4'])],
    ['nothing in common', ['extract', 'make_table', 'fit_model']],
    ['less than four of five', [...product(['fit'], ['a', 'b'], ['x', 'y']), 'p', 'q']],
  ])('is none of %s', (_, names) => expect(variantGrid(named(...names))).toBeNull());
});

test('gridGroup is the group of the selected action, and where that has no grid the one shown last', () => {
  const names = [...product(['fit'], ['a', 'b'], ['s1', 's2', 's3']), 'report'];
  const script = (name: string) => (name === 'report' ? 'report.R' : 'fit.R');
  const project = projectOf(names.map((name) => ({name, script: script(name)})));
  const study = {project, graph: graphOf(project)};
  const shown = gridGroup({study, selection: 'fit_a_s1', choices: {}});
  expect(shown?.label).toBe('fit_*');
  const choices = {[GRID_OF]: shown?.id ?? ''};
  expect(gridGroup({study, selection: 'report', choices})).toBe(shown);
  expect(gridGroup({study, selection: 'report', choices: {}})).toBeNull();
});

const studies = corpusStudies();
if (studies === null) console.warn('SKIPPED: ../shared/corpus is not beside the checkout.');

describe.skipIf(studies === null)('the corpus', () => {
  const gridsOf = ({actions, graph}: NonNullable<typeof studies>[number]) => {
    const byName = new Map(actions.map((action) => [action.name, action]));
    return foldStudy(actions, graph).nodes.flatMap(({kind, members}) => {
      const those = members.flatMap((name) => byName.get(name) ?? []);
      const grid = kind === 'group' ? variantGrid(those) : null;
      return grid === null ? [] : [{grid, members: those}];
    });
  };

  test.each(studies ?? [])('$file: its grids are sound', (study) => {
    for (const {grid, members} of gridsOf(study)) expectSound(grid, members);
  });

  test('at least half of the largest study is in a grid', () => {
    const study = studies?.find(({file}) => file.startsWith('opensafely__disparities-comparison'));
    if (study === undefined) throw new Error('The largest study is missing from the corpus.');
    const inCells = gridsOf(study).reduce(
      (sum, {grid, members}) => sum + members.length - grid.rest.length,
      0,
    );
    console.log(`${inCells} of ${study.actions.length} actions are in a cell of a grid.`);
    expect(inCells).toBeGreaterThanOrEqual(study.actions.length / 2);
  });
});
