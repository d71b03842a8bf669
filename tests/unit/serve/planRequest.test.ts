import {describe, expect, it} from 'vitest';
import {
  planRequest,
  type PlanRequest,
  type LatestJob,
} from '../../../electron/serve/rules/planRequest';
import {readProject} from '../../../electron/study/readProject';

function projectOf(needs: Readonly<Record<string, readonly string[]>>) {
  const lines = ["version: '4.0'", 'actions:'];
  for (const [name, above] of Object.entries(needs))
    lines.push(
      `  ${name}:`,
      `    run: python:v2 python ${name}.py`,
      `    needs: [${above.join(', ')}]`,
      '    outputs: {highly_sensitive: {x: ' + `output/${name}.csv}}`,
    );
  const {project, problems} = readProject(lines.join('\n'));
  if (project === null)
    throw new Error(JSON.stringify(problems.filter(({severity}) => severity === 'error')));
  return project;
}

const CHAIN = projectOf({a: [], b: ['a'], c: ['b']});

const plan = (
  requested: readonly string[],
  latestJobs: Readonly<Record<string, LatestJob>> = {},
  parts: Partial<PlanRequest> = {},
) =>
  planRequest({
    project: CHAIN,
    requested,
    forceDependencies: false,
    rerunFailed: false,
    latestJob: (action) => latestJobs[action] ?? {kind: 'none'},
    ...parts,
  });

const names = (found: ReturnType<typeof plan>) =>
  found.ok ? found.value.jobs.map(({action}) => action) : found.error;
const done: LatestJob = {kind: 'succeeded', present: true};
const gone: LatestJob = {kind: 'succeeded', present: false};
const failed: LatestJob = {kind: 'failed'};

describe('a request', () => {
  it('makes all that it needs, needs first, each waiting for its own', () => {
    const found = plan(['c']);
    expect(found.ok && found.value.jobs).toEqual([
      {action: 'a', waitsForNew: [], waitsForIds: []},
      {action: 'b', waitsForNew: ['a'], waitsForIds: []},
      {action: 'c', waitsForNew: ['b'], waitsForIds: []},
    ]);
  });

  it('(a) leaves alone what succeeded and is all there, and makes it again where a file is gone', () => {
    expect(names(plan(['c'], {b: done}))).toEqual(['c']);
    expect(names(plan(['c'], {a: done, b: gone}))).toEqual(['b', 'c']);
    expect(names(plan(['c'], {a: gone, b: done}))).toEqual(['c']);
  });

  it('(b) waits for what waits or runs, for whichever request', () => {
    const found = plan(['c'], {b: {kind: 'active', jobId: 'other'}});
    expect(found.ok && found.value.jobs).toEqual([
      {action: 'c', waitsForNew: [], waitsForIds: ['other']},
    ]);
  });

  it('(c) is refused where a need failed, or runs that again where it may', () => {
    expect(names(plan(['c'], {a: done, b: failed}))).toEqual({kind: 'failed-before', action: 'b'});
    expect(names(plan(['c'], {a: done, b: failed}, {rerunFailed: true}))).toEqual(['b', 'c']);
    expect(names(plan(['b', 'c'], {a: done, b: failed}))).toEqual(['b', 'c']);
    expect(names(plan(['c'], {a: failed}, {forceDependencies: true}))).toEqual(['a', 'b', 'c']);
  });

  it('always runs what it names', () => {
    expect(names(plan(['b'], {a: done, b: done}))).toEqual(['b']);
    expect(names(plan(['b', 'b'], {a: done}))).toEqual(['b']);
  });

  it('forced, runs all but what is active', () => {
    const latestJobs = {a: {kind: 'active', jobId: 'x'} as const, b: done, c: done};
    expect(names(plan(['c'], latestJobs, {forceDependencies: true}))).toEqual(['b', 'c']);
  });

  it('of everything runs what has not succeeded, failed ones too', () => {
    expect(names(plan(['run_all'], {a: done, b: failed}))).toEqual(['b', 'c']);
    expect(names(plan(['run_all', 'a'], {a: done, b: done, c: done}))).toEqual(['a']);
  });

  it('has nothing to do where everything has succeeded, and says so', () => {
    const all = {a: done, b: done, c: done};
    expect(plan(['run_all'], all)).toEqual({ok: true, value: {jobs: [], nothingToDo: true}});
    expect(names(plan(['run_all'], {...all, c: {kind: 'active', jobId: 'x'}}))).toEqual({
      kind: 'all-active',
    });
  });

  it('is refused where all it names is active, unknown, or nothing', () => {
    expect(names(plan(['a'], {a: {kind: 'active', jobId: 'x'}}))).toEqual({kind: 'all-active'});
    expect(names(plan(['a', 'x']))).toEqual({kind: 'unknown-action'});
    expect(names(plan([]))).toEqual({kind: 'no-actions'});
  });

  it('goes through a chain of thousands of needs', () => {
    const long: Record<string, readonly string[]> = {};
    for (let index = 0; index < 3000; index += 1)
      long[`n${index}`] = index === 0 ? [] : [`n${index - 1}`];
    const found = plan(['n2999'], {}, {project: projectOf(long)});
    expect(found.ok && found.value.jobs).toHaveLength(3000);
  });
});
