import {describe, expect, it} from 'vitest';
import type {FoldNode} from '../../../renderer/groups/fold';
import type {ComparedRow} from '../../../renderer/plan/comparison';
import {groupJobs, planLines, sumJobs} from '../../../renderer/plan/planLines';
import {nameSpace} from '../../../renderer/plan/planColumns';
import {excluding, including} from '../../../renderer/plan/exclude';
import type {PlanReason, RunRequest, SkipReason} from '../../../shared/plan';
import type {PreviewedJob} from '../../../shared/preview';

const NOW = new Date('2026-03-03T12:00:00Z');

function groupOf(label: string, members: readonly string[]): ReadonlyMap<string, FoldNode> {
  const group: FoldNode = {id: `script:${label}`, kind: 'group', label, image: 'r:v2', members};
  return new Map(members.map((name) => [name, group]));
}

const planned = (
  action: string,
  number: number,
  reason: PlanReason = 'never-run',
): ComparedRow => ({
  ...{action, number, skipped: null, there: true},
  job: {action, reason, neededBy: [], waitsFor: []},
});
const leftOut = (action: string, skipped: SkipReason = 'taken-out'): ComparedRow => ({
  ...{action, number: null, job: null, skipped, there: true},
});
const told = (...jobs: readonly (Partial<PreviewedJob> & {readonly action: string})[]) =>
  new Map<string, PreviewedJob>(
    jobs.map((job) => [
      job.action,
      {
        ...{outOfDateReasons: [], missing: [], endedAt: null, endedAs: null, endedBecause: ''},
        ...{expectedSeconds: null, overwrites: []},
        ...job,
      },
    ]),
  );

const many = (count: number) => Array.from({length: count}, (_, index) => `model_${index}`);
const numbered = (names: readonly string[]) => names.map((name, index) => planned(name, index + 1));

describe('like jobs of a plan', () => {
  const lines = (
    rows: readonly ComparedRow[],
    groups: ReadonlyMap<string, FoldNode>,
    toggled: readonly string[] = [],
  ) =>
    planLines(groupJobs(rows, groups), new Set(toggled)).map((line) =>
      line.kind === 'heading'
        ? `${line.expanded ? '-' : '+'} ${line.group.label} ${line.rows.length}`
        : `${line.member ? '  ' : ''}${line.row.number ?? 'out'} ${line.key}`,
    );

  it('stand below their heading where the first of them does, with their places in the order of start', () => {
    const rows = numbered(['extract', 'model_a', 'table', 'model_b', 'model_c', 'end']);
    expect(lines(rows, groupOf('model', ['model_a', 'model_b', 'model_c']))).toEqual([
      ...['1 extract', '- model 3', '  2 model_a', '  4 model_b', '  5 model_c'],
      ...['3 table', '6 end'],
    ]);
    expect(lines(rows, new Map())).toEqual(rows.map(({action, number}) => `${number} ${action}`));
  });

  it('are no group where fewer than three of it are in the plan', () => {
    expect(lines(numbered(['model_0', 'model_1']), groupOf('model', many(40)))).toEqual([
      ...['1 model_0', '2 model_1'],
    ]);
  });

  it('open folded where there are more than eight, and stay as the user leaves them', () => {
    const groups = groupOf('model', many(12));
    const key = 'like:in:script:model';
    expect(lines(numbered(many(9)), groups)).toEqual(['+ model 9']);
    expect(lines(numbered(many(9)), groups, [key])).toHaveLength(10);
    expect(lines(numbered(many(8)), groups)).toHaveLength(9);
    expect(lines(numbered(many(8)), groups, [key])).toEqual(['+ model 8']);
  });

  it('that are left out are not one with those that run', () => {
    const names = many(6);
    const rows = [...numbered(names.slice(0, 3)), ...names.slice(3).map((name) => leftOut(name))];
    expect(lines(rows, groupOf('model', names), ['like:out:script:model'])).toEqual([
      ...['- model 3', '  1 model_0', '  2 model_1', '  3 model_2', '+ model 3'],
    ]);
  });

  it('need as much space as the longest name, and no more', () => {
    const one = ['fit_model_s1', 'fit_model_s2', 'fit_model_s3'];
    const columns = {change: false, replaces: false, takes: false, there: false};
    const spaceOf = (names: readonly string[]) =>
      nameSpace(1200, columns, groupJobs(numbered(names), groupOf('fit', one)), ['never run']);
    expect(spaceOf(one)).toBeGreaterThan(spaceOf(['alone']));
    expect(spaceOf(['alone', ...one])).toBe(spaceOf(one));
  });
});

describe('what is said of like jobs together', () => {
  const rows = numbered(['a', 'b', 'c']);

  it('is a sum only where each part of it is known', () => {
    const known = [
      {action: 'a', expectedSeconds: 10, overwrites: ['x', 'y']},
      {action: 'b', expectedSeconds: 20, overwrites: []},
    ];
    expect(
      sumJobs(rows, told(...known, {action: 'c', expectedSeconds: 5, overwrites: ['z']}), NOW),
    ).toMatchObject({files: 3, seconds: 35});
    expect(sumJobs(rows, told(...known, {action: 'c'}), NOW)).toMatchObject({
      ...{files: 2, seconds: null},
    });
    expect(sumJobs(rows, told(...known), NOW)).toMatchObject({files: null, seconds: null});
  });

  it('is their reason where they have one, else how many have which', () => {
    const why = (some: readonly ComparedRow[], of = told()) => sumJobs(some, of, NOW).why;
    expect(why(rows)).toBe('never run');
    const missing = ['a', 'b', 'c'].map((action, index) => ({
      ...{action, missing: [`output/${index}.csv`]},
    }));
    const gone = ['a', 'b', 'c'].map((action, index) =>
      planned(action, index + 1, 'outputs-missing'),
    );
    // each has its own to tell, and that is one reason
    expect(why(gone, told(...missing))).toBe('outputs missing');
    const failed = ['a', 'b', 'c'].map((action, index) =>
      planned(action, index + 1, 'failed-before'),
    );
    const endedAt = '2026-03-03T09:00:00Z';
    expect(
      why(
        [...failed, planned('d', 4)],
        told(
          {action: 'a', endedAt, endedAs: 'blocked'},
          {action: 'b', endedAt, endedAs: 'failed'},
          {action: 'c', endedAt, endedAs: 'blocked'},
        ),
      ),
    ).toBe('2 blocked, 1 failed, 1 never run');
  });

  it('is why they are left out, and what opensafely run does', () => {
    const out = ['a', 'b', 'c'].map((action) => leftOut(action));
    expect(sumJobs(out, told(), NOW)).toEqual({
      ...{why: 'not in this plan: excluded by you', files: null, seconds: null, there: 3},
    });
    expect(sumJobs([...out, leftOut('d', 'marked-up-to-date')], told(), NOW).why).toBe(
      'not in this plan: 3 excluded by you, 1 marked as up to date',
    );
    expect(
      sumJobs(
        rows.map((row) => ({...row, there: false})),
        told(),
        NOW,
      ).there,
    ).toBe(0);
  });
});

describe('excluding from a plan and including', () => {
  const request: RunRequest = {
    ...{actions: ['run_all'], forceDependencies: false, includeStale: true},
    ...{force: ['a', 'x'], takeOut: ['y']},
  };

  it('forces no longer what was forced, and excludes all else', () => {
    expect(excluding(request, ['a', 'b', 'c'])).toEqual({force: ['x'], takeOut: ['y', 'b', 'c']});
  });

  it('includes what was excluded, and forces all else', () => {
    expect(including(request, ['y', 'b'])).toEqual({force: ['a', 'x', 'b'], takeOut: []});
  });
});
