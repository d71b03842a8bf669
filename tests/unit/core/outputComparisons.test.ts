import {describe, expect, it} from 'vitest';
import {changesOf} from '../../../electron/core/outputs/outputComparisons';
import {isVisible, type OutputComparison, type TableDifference} from '../../../shared/comparison';
import {comparisonWords, matchingWords} from '../../../shared/comparisonWords';
import type {Job} from '../../../shared/job';
import type {OutputFile} from '../../../shared/output';
import {type RunRecord} from '../../../shared/run';
import {someJob, someRun} from '../runs/someJob';

function run(
  id: string,
  actions: Readonly<Record<string, Readonly<Record<string, string>> | 'failed'>>,
): RunRecord {
  const jobs = Object.entries(actions).map(([action, made]): Job => ({
    ...someJob(action, {id: `${id}-${action}`, runId: id}),
    state: made === 'failed' ? 'failed' : 'succeeded',
    outputs: made === 'failed' ? [] : Object.entries(made).map(fileOf),
  }));
  return someRun(id, jobs);
}

const fileOf = ([path, sha256]: readonly [string, string]): OutputFile => ({
  path,
  tier: 'moderately_sensitive',
  size: 1,
  sha256,
});

it('what a run did to its outputs is told against the latest success of each action before', () => {
  const newest = run('r4', {a: {x: '2', y: '1', z: '1'}, b: {w: '1'}, c: 'failed'});
  const earlier = [
    run('r3', {a: 'failed'}),
    run('r2', {a: {x: '1', y: '1', old: '1'}}),
    run('r1', {a: {x: '0'}, c: {v: '1'}}),
  ];
  expect(
    changesOf(newest, earlier, new Set(['1'])).map(({path, change, beforeRunId, comparable}) => [
      path,
      change,
      beforeRunId,
      comparable,
    ]),
  ).toEqual([
    ['x', 'changed', 'r2', true],
    ['y', 'same', 'r2', true],
    ['z', 'new', null, false],
    ['old', 'gone', 'r2', false],
    ['w', 'new', null, false],
  ]);
  expect(changesOf(newest, earlier, new Set())[0]).toMatchObject({comparable: false});
});

describe('how two versions differ, in words', () => {
  const table: TableDifference = {
    kind: 'table',
    matching: {by: 'key', columns: ['age_band', 'sex']},
    changedCells: 3,
    changedRows: 2,
    newRows: 1,
    goneRows: 0,
    newColumns: ['rate'],
    goneColumns: [],
    columns: [],
    rows: 9,
  };
  const none = {...table, changedCells: 0, changedRows: 0, newRows: 0, newColumns: []};
  const text = {
    kind: 'text',
    diff: '',
    newLines: 0,
    goneLines: 0,
    rough: false,
    cut: false,
  } as const;

  it.each<[OutputComparison, string, boolean | null]>([
    [{kind: 'same'}, 'Unchanged', false],
    [table, '3 cells changed in 2 rows, 1 row new, 1 column new', true],
    [none, 'No visible change: only its bytes differ', false],
    [text, 'No visible change: only its bytes differ', false],
    // what lies behind what was read is not known
    [{...text, cut: true}, 'No change in the beginning; the rest was not compared', null],
    [{...text, newLines: 1, goneLines: 2}, '1 line new, 2 lines gone', true],
    [{...text, newLines: 900, rough: true}, 'At most 900 lines new', true],
    [{kind: 'image'}, 'The files differ', null],
    [{kind: 'different', reason: 'It is a Stata graph.'}, 'The files differ', null],
  ])('%j', (comparison, words, visible) => {
    expect(comparisonWords(comparison)).toBe(words);
    expect(isVisible(comparison)).toBe(visible);
  });

  it('are others for two outputs than for two versions of one', () => {
    expect(comparisonWords({...table, goneRows: 2}, 'files')).toBe(
      '3 cells different in 2 rows, 1 row only here, 2 rows only there, 1 column only here',
    );
    expect(comparisonWords({kind: 'same'}, 'files')).toBe('The same');
  });

  it('say how rows were put together', () => {
    expect(matchingWords(table)).toBe('rows matched by age_band and sex');
    expect(matchingWords({matching: {by: 'position'}})).toBe('rows compared by position');
  });
});
