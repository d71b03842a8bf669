import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {isFinal, stateOf} from '../../../shared/job';
import {advanceJob, type JobChange} from '../../../electron/runs/jobMachine';
import {someJob} from './someJob';

const AT = '2026-04-01T11:00:00.000Z';
const FILES = {
  outputs: [],
  unmatchedPatterns: [],
  unmatchedFiles: [],
  excluded: [],
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

  it('keeps state and code together, and never leaves an end, whatever is tried', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PATH), {maxLength: 20}), (changes) => {
        let job = someJob('a');
        for (const change of changes) {
          const before = job;
          try {
            job = advanceJob(job, change);
          } catch {
            continue;
          }
          expect(isFinal(before.statusCode)).toBe(false);
          expect(job.state).toBe(stateOf(job.statusCode));
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
