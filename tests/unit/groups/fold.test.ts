import fc from 'fast-check';
import {describe, expect, it, test} from 'vitest';
import {cyclicCells} from '../../../renderer/groups/cyclicCells';
import {
  apartByFate,
  foldStudy,
  VISIBLE_LIMIT,
  type FoldedGraph,
} from '../../../renderer/groups/fold';
import {scriptOfRun, sharedPattern} from '../../../renderer/groups/runScript';
import {scriptName} from '../../../shared/script';
import {parseQuery} from '../../../shared/query/parseQuery';
import {ok} from '../../../shared/result';
import {corpusStudies, foldable, graphOf} from './corpusStudies';

function targetsOf(folded: FoldedGraph): readonly ReadonlySet<number>[] {
  const index = new Map(folded.nodes.map((node, place) => [node.id, place]));
  return folded.nodes.map(
    (node) =>
      new Set(
        folded.edges.flatMap(({from, to}) => (from === node.id ? [index.get(to) ?? -1] : [])),
      ),
  );
}

function expectSound(folded: FoldedGraph, names: readonly string[]): void {
  expect(folded.nodes.flatMap((node) => node.members).sort()).toEqual([...names].sort());
  expect(names.filter((name) => !folded.nodeOf.has(name))).toEqual([]);
  expect(cyclicCells(targetsOf(folded)).size).toBe(0);
}

describe('foldStudy', () => {
  it('makes one group of actions with the same image and script', () => {
    const actions = [
      foldable('extract', ['ehrql:v1', 'generate-dataset', 'analysis/dataset.py']),
      ...[1, 2, 3].map((n) => foldable(`model_${n}`, ['r:v2', 'analysis/cox_ipw.R', String(n)])),
    ];
    const graph = graphOf([
      ['extract', []],
      ['model_1', ['extract']],
      ['model_2', ['extract']],
      ['model_3', ['extract']],
    ]);
    const folded = foldStudy(actions, graph);
    expect(folded.nodes.map(({kind, label, members}) => [kind, label, members.length])).toEqual([
      ['action', 'extract', 1],
      ['group', 'model_*', 3],
    ]);
    expect(folded.edges).toEqual([
      {from: 'action:extract', to: 'script:r:v2 analysis/cox_ipw.R', count: 3},
    ]);
  });

  it('makes a group of three like actions, and none of two', () => {
    const actions = [
      foldable('a', ['r:v2', 'model.R']),
      foldable('b', ['r:v2', 'model.R', '--strict']),
      foldable('c', ['r:v2', 'model.R', '--loose']),
      foldable('d', ['r:v1', 'model.R']),
      foldable('e', ['r:v1', 'model.R', '--strict']),
    ];
    const graph = graphOf(['a', 'b', 'c', 'd', 'e'].map((name) => [name, []] as const));
    expect(foldStudy(actions, graph).nodes.map(({members}) => members)).toEqual([
      ...[['a', 'b', 'c'], ['d'], ['e']],
    ]);
  });

  it('never makes one group of an action and its need', () => {
    const names = ['a', 'b', 'c', 'again'];
    const actions = names.map((name) => foldable(name, ['r:v2', 'model.R', name]));
    const graph = graphOf([...['a', 'b', 'c'].map((n) => [n, []] as const), ['again', ['a']]]);
    expect(foldStudy(actions, graph).nodes.map(({members}) => members)).toEqual([
      ['a', 'b', 'c'],
      ['again'],
    ]);
  });

  it('takes a group apart where different failures keep its members from running', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const actions = names.map((name) => foldable(name, ['r:v2', 'model.R', name]));
    const graph = graphOf(names.map((name) => [name, []] as const));
    const whole = foldStudy(actions, graph);
    const apart = apartByFate(whole, graph, (name) => (name < 'd' ? '' : name < 'g' ? 'x' : 'y'));
    expectSound(apart, names);
    expect(apart.nodes.map(({members}) => members.join(''))).toEqual(['abc', 'def', 'g']);
    expect(apartByFate(whole, graph, () => '')).toBe(whole);
  });

  it('splits a group by rank where the folded graph would have a cycle, and only there', () => {
    const run = (script: string) => ['r:v2', script];
    const names = ['a', 'b', 'c'];
    const actions = [
      ...names.map((n) => foldable(`clean_${n}`, run('clean.R'))),
      ...names.map((n) => foldable(`join_${n}`, run('join.R'))),
      ...names.map((n) => foldable(`again_${n}`, run('clean.R'))),
      ...names.map((n) => foldable(`plot_${n}`, run('plot.R'))),
    ];
    const graph = graphOf([
      ...names.map((n) => [`clean_${n}`, []] as const),
      ...names.map((n) => [`join_${n}`, [`clean_${n}`]] as const),
      ...names.map((n) => [`again_${n}`, [`join_${n}`]] as const),
      ['plot_a', []],
      ['plot_b', ['clean_b']],
      ['plot_c', ['again_c']],
    ]);
    const folded = foldStudy(actions, graph);
    expectSound(folded, graph.names);
    expect(folded.nodes.map(({label, members}) => [label, members.length])).toEqual([
      ['clean_*', 3],
      ['join_*', 3],
      ['again_*', 3],
      ['plot_*', 3],
    ]);
  });

  it('folds on until no more than the limit remain', () => {
    const names = Array.from({length: 300}, (_, index) => `${'abcdef'[index % 6] ?? ''}_${index}`);
    const actions = names.map((name) => foldable(name, [`image_${name}:v1`, `${name}.R`]));
    const folded = foldStudy(actions, graphOf(names.map((name) => [name, []] as const)));
    expectSound(folded, names);
    expect(folded.nodes.length).toBeLessThanOrEqual(VISIBLE_LIMIT);
    expect(folded.nodes.map(({label}) => label)).toContain('a_*');
  });

  it('holds every action once and no cycle, whatever the graph', () => {
    const study = fc
      .array(fc.record({script: fc.integer({min: 0, max: 4}), needs: fc.array(fc.nat())}), {
        maxLength: 40,
      })
      .map((rows) => ({
        actions: rows.map(({script}, index) => foldable(`a${index}`, ['r:v2', `s${script}.R`])),
        graph: graphOf(
          rows.map(({needs}, index) => [
            `a${index}`,
            index === 0 ? [] : needs.map((need) => `a${need % index}`),
          ]),
        ),
      }));
    fc.assert(
      fc.property(study, fc.integer({min: 1, max: 20}), ({actions, graph}, limit) => {
        expectSound(foldStudy(actions, graph, limit), graph.names);
      }),
    );
  });
});

test.each([
  ['analysis/d.py', ['ehrql:v1', 'generate-dataset', 'analysis/d.py', '--output', 'o.csv']],
  ['analysis/report.Rmd', ['r:latest', '-e', 'rmarkdown::render("analysis/report.Rmd", x = 1)']],
  ['analysis.round', ['python:latest', 'python', '-m', 'analysis.round', '--output', 'o.csv']],
  ['generate_cohort', ['cohortextractor:latest', 'generate_cohort', '--study-definition', 'a']],
  ['', ['cox-ipw:v0.0.37', '--df_input=a.R', '--ipw=TRUE']],
])('scriptOfRun finds %j', (script, argv) => expect(scriptOfRun(argv)).toBe(script));

test('scriptName leaves folders and ending out, and no more', () => {
  expect(scriptName('analysis/models/cox.ipw.R')).toBe('cox.ipw');
  expect(scriptName('analysis.round')).toBe('analysis.round');
});

test('sharedPattern puts a star where names differ', () => {
  expect(sharedPattern(['match_over12_1', 'match_under12_1'])).toBe('match_*_1');
  expect(sharedPattern(['alpha', 'beta'])).toBe('*');
  expect(sharedPattern(['a_b', 'a_b_b'])).toBe('a_b_*');
  expect(sharedPattern(['draw_s1_flu_x', 'draw_s2_flu_y'])).toBe('draw_*_flu_*');
  expect(sharedPattern(['cox-ipw-1', 'cox-ipw-2'])).toBe('cox-ipw-*');
  // no whole word, but letters that say something
  expect(sharedPattern(['model11', 'model12'])).toBe('model*');
  expect(sharedPattern(['ax', 'ay'])).toBe('*');
});

const studies = corpusStudies();
if (studies === null) console.warn('SKIPPED: ../shared/corpus is not beside the checkout.');

describe.skipIf(studies === null)('the corpus', () => {
  test.each(studies ?? [])('$file folds soundly', ({actions, graph}) => {
    expectSound(foldStudy(actions, graph), graph.names);
  });

  test.each(studies ?? [])('$file: every action is found by its name', ({graph}) => {
    const names = new Set(graph.names);
    const found = graph.names.map((name) => parseQuery(name, names));
    expect(found).toEqual(graph.names.map((name) => ok({kind: 'name', name})));
  });

  test.each(['opensafely__disparities-comparison', 'opensafely__post-covid-respiratory'])(
    '%s opens with at most 120 nodes',
    (name) => {
      const study = studies?.find(({file}) => file.startsWith(name));
      if (study === undefined) throw new Error(`${name} is missing from the corpus.`);
      expect(foldStudy(study.actions, study.graph).nodes.length).toBeLessThanOrEqual(VISIBLE_LIMIT);
    },
  );
});
