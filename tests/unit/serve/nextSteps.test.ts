import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {ServedJob} from '../../../electron/serve/records';
import {nextSteps, type NextStepsInput} from '../../../electron/serve/rules/nextSteps';
import {servedJob} from './served';

const steps = (jobs: readonly ServedJob[], parts: Partial<NextStepsInput> = {}) =>
  nextSteps({
    jobs: jobs.filter(({state}) => state === 'pending' || state === 'running'),
    jobById: (id) => jobs.find((job) => job.id === id) ?? null,
    weightOf: () => 1,
    maxWorkers: 2,
    asked: {paused: false, maintenance: false},
    fetching: new Set(),
    ...parts,
  });

const job = (id: string, parts: Partial<ServedJob> = {}): ServedJob =>
  servedJob({id, action: id, workspace: `ws-${id}`, ...parts});
const waits = (found: ReturnType<typeof steps>) => found.wait.map(({id, code}) => `${id} ${code}`);

describe('what is next', () => {
  it('starts what there is room for, in order of creation', () => {
    const found = steps([job('a'), job('b'), job('c')]);
    expect(found.start).toEqual(['a', 'b']);
    expect(waits(found)).toEqual(['c waiting_on_workers']);
  });

  it('first takes the workspace with the least running, then database jobs, then the oldest', () => {
    const found = steps(
      [
        job('r', {state: 'running', workspace: 'busy'}),
        job('a', {workspace: 'busy'}),
        job('old', {createdAt: 1}),
        job('db', {createdAt: 9, usesDatabase: true}),
      ],
      {maxWorkers: 4},
    );
    expect(found.start).toEqual(['db', 'old', 'a']);
  });

  it('lets a job heavier than the whole start alone, and nothing beside it', () => {
    const weightOf = ({id}: ServedJob) => (id === 'heavy' ? 5 : 1);
    expect(steps([job('heavy'), job('b')], {weightOf}).start).toEqual(['heavy']);
    expect(steps([job('r', {state: 'running'}), job('heavy')], {weightOf}).start).toEqual([]);
    expect(steps([job('heavy', {state: 'running'}), job('b')], {weightOf}).start).toEqual([]);
  });

  it('lets nothing overtake a job that is next and does not fit', () => {
    const weightOf = ({id}: ServedJob) => (id === 'heavy' ? 2 : 1);
    const found = steps([job('r', {state: 'running'}), job('heavy'), job('light')], {weightOf});
    expect(found.start).toEqual([]);
    expect(waits(found)).toEqual(['light waiting_on_workers', 'heavy waiting_on_workers']);
  });

  it('counts no job whose files are only fetched', () => {
    const jobs = [job('r', {state: 'running'}), job('s', {state: 'running'}), job('a')];
    expect(steps(jobs, {fetching: new Set(['r'])}).start).toEqual(['a']);
  });

  it('waits for what is needed, over requests, and goes on where nothing is known of it any more', () => {
    const found = steps([
      job('a', {state: 'running'}),
      job('b', {waitForJobIds: ['a']}),
      job('c', {waitForJobIds: ['gone']}),
      job('d', {waitForJobIds: ['a', 'b']}),
    ]);
    expect(found.start).toEqual(['c']);
    expect(found.wait).toEqual([
      {id: 'b', code: 'waiting_on_dependencies', message: 'Waiting for 1 dependency'},
      {id: 'd', code: 'waiting_on_dependencies', message: 'Waiting for 2 dependencies'},
    ]);
  });

  it('fails what needs what failed, directly or not, and nothing else', () => {
    const found = steps([
      job('a', {state: 'failed'}),
      job('b', {waitForJobIds: ['a']}),
      job('c', {waitForJobIds: ['b']}),
      job('d', {waitForJobIds: ['e']}),
      job('e', {state: 'succeeded'}),
    ]);
    expect(found.dependencyFailed).toEqual(['b', 'c']);
    expect(found.start).toEqual(['d']);
  });

  it('cancels before anything else, what waits for it too, and not what has succeeded', () => {
    const found = steps(
      [
        job('a', {state: 'running', cancelled: true}),
        job('b', {cancelled: true}),
        job('c', {waitForJobIds: ['b']}),
        job('done', {state: 'succeeded', cancelled: true}),
        job('d', {waitForJobIds: ['done']}),
      ],
      {asked: {paused: true, maintenance: true}},
    );
    expect(found.cancel).toEqual(['a', 'b']);
    expect(found.dependencyFailed).toEqual(['c']);
    expect(waits(found)).toEqual(['d paused']);
  });

  it('holds database jobs back during maintenance, and takes those back that run', () => {
    const found = steps(
      [job('r', {state: 'running', usesDatabase: true}), job('d', {usesDatabase: true}), job('a')],
      {asked: {paused: false, maintenance: true}},
    );
    expect(found.putBack).toEqual(['r']);
    expect(found.start).toEqual(['a']);
    expect(waits(found)).toEqual(['d waiting_db_maintenance']);
  });

  it('never goes beyond what may run, but for one job alone', () => {
    const jobs = fc.array(
      fc.record({
        weight: fc.integer({min: 1, max: 6}),
        running: fc.boolean(),
        workspace: fc.integer({min: 0, max: 3}),
      }),
      {maxLength: 12},
    );
    fc.assert(
      fc.property(jobs, fc.integer({min: 1, max: 5}), (given, maxWorkers) => {
        const all = given.map(({running, workspace}, index) =>
          job(String(index), {
            state: running ? 'running' : 'pending',
            workspace: String(workspace),
          }),
        );
        const weightOf = ({id}: ServedJob) => given[Number(id)]?.weight ?? 1;
        const {start} = steps(all, {weightOf, maxWorkers});
        const before = all.filter(({state}) => state === 'running').map(weightOf);
        const sum = [...before, ...start.map((id) => given[Number(id)]?.weight ?? 1)].reduce(
          (a, b) => a + b,
          0,
        );
        const alone = before.length === 0 && start.length === 1;
        expect(start.length === 0 || sum <= maxWorkers || alone).toBe(true);
        // something always runs where something could
        if (before.length === 0 && all.length > 0) expect(start.length).toBeGreaterThan(0);
      }),
    );
  });
});
