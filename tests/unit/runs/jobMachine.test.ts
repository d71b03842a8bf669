import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {isFinal, stateOf, type EndCode, type Job, type StatusCode} from '../../../shared/job';
import {advanceJob, type JobChange} from '../../../electron/runs/jobMachine';
import {someJob} from './someJob';

const AT = '2026-04-01T11:00:00.000Z';
const FILES = {
  outputs: [],
  unmatchedPatterns: [],
  unmatchedFiles: [],
  excluded: [],
  notCollected: [],
  keptFiles: null,
};

const PATH: readonly JobChange[] = [
  {kind: 'waiting', for: 'dependencies'},
  {kind: 'waiting', for: 'workers'},
  {kind: 'preparing', at: AT},
  {kind: 'prepared', imageId: 'sha256:1', actionCommit: null},
  {kind: 'executing', at: AT, logFile: 'metadata/a.log'},
  {kind: 'executed', exitCode: 0, peakMemoryBytes: 1, cpuSeconds: 1},
  {kind: 'finalizing'},
  {kind: 'finalized', files: FILES, logFile: 'metadata/a.log'},
  {
    kind: 'ended',
    at: AT,
    ending: {statusCode: 'succeeded', message: 'Completed successfully', hint: null},
  },
];

const CHANGES: readonly JobChange[] = [
  ...PATH.filter((change) => change.kind !== 'waiting' || change.for === 'workers'),
  {kind: 'engine-lost'},
  {kind: 'engine-back'},
];

describe('advanceJob', () => {
  it('leads from created to succeeded over every state', () => {
    const codes = PATH.reduce(
      (jobs, change) => [...jobs, advanceJob(jobs.at(-1) ?? someJob('a'), change)],
      [someJob('a')],
    ).map(({statusCode}) => statusCode);
    expect(codes).toEqual([
      'created',
      'waiting_on_dependencies',
      'waiting_on_workers',
      'preparing',
      'prepared',
      'executing',
      'executed',
      'finalizing',
      'finalized',
      'succeeded',
    ]);
  });

  it('says of a running job what it does, and not that it is ready or done', () => {
    let job = someJob('a');
    for (const change of PATH) {
      job = advanceJob(job, change);
      if (job.state === 'running') expect(job.message).toMatch(/^(\w+ing \w|Running$)/);
    }
  });

  // what may happen to a job in each of its states; everything else is a bug
  const waiting = ['waiting', 'preparing', 'ended'];
  const allowed: Readonly<Record<StatusCode, readonly string[]>> = {
    created: waiting,
    waiting_on_dependencies: waiting,
    waiting_on_workers: waiting,
    preparing: ['prepared', 'engine-lost', 'ended'],
    prepared: ['executing', 'engine-lost', 'ended'],
    executing: ['executed', 'engine-lost', 'ended'],
    executed: ['finalizing', 'engine-lost', 'ended'],
    finalizing: ['finalized', 'engine-lost', 'ended'],
    finalized: ['engine-lost', 'ended'],
    succeeded: [],
    dependency_failed: [],
    nonzero_exit: [],
    cancelled_by_user: [],
    unmatched_patterns: [],
    internal_error: [],
    not_started: [],
    cut_off: [],
  };
  const codes = Object.keys(allowed) as readonly StatusCode[];
  const pairs = codes.flatMap((code) => CHANGES.map((change) => ({code, change})));

  it.each(pairs)('from $code to $change.kind: only where the table has it', ({code, change}) => {
    const job: Job = {...someJob('a'), statusCode: code, state: stateOf(code)};
    if (!allowed[code].includes(change.kind)) {
      expect(() => advanceJob(job, change)).toThrow(`cannot go from ${code}`);
      return;
    }
    const after = advanceJob(job, change);
    expect(after.state).toBe(
      change.kind === 'engine-lost' ? 'waiting-for-engine' : stateOf(after.statusCode),
    );
  });

  it.each(pairs.filter(({code}) => stateOf(code) === 'running'))(
    'from $code without its engine to $change.kind: only back, or to an end',
    ({code, change}) => {
      const running: Job = {...someJob('a'), statusCode: code, state: stateOf(code)};
      const lost = advanceJob(running, {kind: 'engine-lost'});
      expect(lost).toMatchObject({
        statusCode: code,
        state: 'waiting-for-engine',
        message: 'Waiting for the container engine',
      });
      if (change.kind === 'engine-back')
        expect(advanceJob(lost, change)).toMatchObject({statusCode: code, state: 'running'});
      else if (change.kind === 'ended')
        expect(advanceJob(lost, change).statusCode).toBe(change.ending.statusCode);
      else expect(() => advanceJob(lost, change)).toThrow('cannot go from');
    },
  );

  it('names no log of a job that was stopped or cut off, as it writes none', () => {
    const executing = PATH.slice(0, 5).reduce(advanceJob, someJob('a'));
    const endedAs = (statusCode: EndCode) =>
      advanceJob(executing, {kind: 'ended', at: AT, ending: {statusCode, message: '', hint: null}});
    expect(executing.logFile).toBe('metadata/a.log');
    expect(endedAs('cancelled_by_user').logFile).toBeNull();
    expect(endedAs('cut_off').logFile).toBeNull();
    expect(endedAs('nonzero_exit').logFile).toBe('metadata/a.log');
  });

  it('says again what a job does once its engine is back', () => {
    const executing = PATH.slice(0, 5).reduce(advanceJob, someJob('a'));
    const lost = advanceJob(executing, {kind: 'engine-lost'});
    expect(advanceJob(lost, {kind: 'engine-back'})).toEqual(executing);
  });

  it('keeps state and code together, and never leaves an end, whatever is tried', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...CHANGES), {maxLength: 20}), (changes) => {
        let job = someJob('a');
        for (const change of changes) {
          const before = job;
          try {
            job = advanceJob(job, change);
          } catch {
            continue;
          }
          expect(isFinal(before.statusCode)).toBe(false);
          if (job.state !== 'waiting-for-engine') expect(job.state).toBe(stateOf(job.statusCode));
        }
      }),
    );
  });

  it('ends a job from any state that is not an end', () => {
    const ending = {
      statusCode: 'cancelled_by_user',
      message: 'Stopped by you',
      hint: null,
    } as const;
    let job = someJob('a');
    for (const change of PATH.slice(0, -1)) {
      job = advanceJob(job, change);
      expect(advanceJob(job, {kind: 'ended', at: AT, ending})).toMatchObject({
        state: 'cancelled',
        completedAt: AT,
      });
    }
  });
});
