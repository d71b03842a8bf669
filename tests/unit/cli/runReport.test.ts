import {describe, expect, it} from 'vitest';
import type {Console} from '../../../electron/cli/console';
import {RunReport} from '../../../electron/cli/runReport';
import {type PullProgress, DEFAULT_LIMITS} from '../../../shared/engine';
import type {Job} from '../../../shared/job';
import {newJob} from '../../../shared/newJob';
import type {RunRecord} from '../../../shared/run';

function terminal(): Console & {readonly printed: string[]; readonly drawn: string[]} {
  const printed: string[] = [];
  const drawn: string[] = [];
  return {
    printed,
    drawn,
    isTerminal: true,
    print: (line) => printed.push(line),
    json: () => undefined,
    warn: (line) => printed.push(line),
    progress: (line) => {
      if (line !== null) drawn.push(line);
    },
    isClosed: () => false,
    hasLost: () => false,
    flush: async () => undefined,
  };
}

const OPTIONS = {
  timestamps: false,
  formatOutputForGithub: false,
  debug: false,
  executor: 'docker',
  concurrency: 2,
} as const;

const RUN: RunRecord = {
  format: 1,
  id: 'run',
  startedAt: '2026-11-24T12:00:00.000Z',
  endedAt: null,
  outcome: null,
  request: {
    actions: ['gen'],
    forceDependencies: false,
    includeStale: false,
    force: [],
    takeOut: [],
  },
  options: {
    ...OPTIONS,
    limits: DEFAULT_LIMITS,
    continueOnError: false,
    letRunningFinish: false,
    pull: true,
  },
  plan: {jobs: [{action: 'gen', reason: 'requested', neededBy: [], waitsFor: []}], skipped: []},
  git: null,
  jobs: [],
};

const JOB: Job = {
  ...newJob(
    {action: 'gen', reason: 'requested', waitsFor: []},
    {id: 'job', runId: 'run', image: 'r:v2', at: '2026-11-24T12:00:00.000Z'},
  ),
  state: 'running',
  statusCode: 'executing',
  message: 'Running',
  startedAt: new Date().toISOString(),
};

describe('the report of a run', () => {
  it('says once that an image is pulled and once that it is here, and draws how far it is', () => {
    const console = terminal();
    const report = new RunReport(console, OPTIONS, () => null);
    report.take({event: 'started', run: RUN});
    const pull = (phase: PullProgress['phase'], downloadedBytes: number): void =>
      report.take({
        event: 'pull',
        runId: 'run',
        progress: {image: 'r:v2', phase, downloadedBytes, totalBytes: 2_000_000},
      });
    pull('downloading', 0);
    pull('downloading', 1_000_000);
    expect(console.drawn.at(-1)).toBe('r:v2: downloading, 1 MB of 2 MB');
    pull('done', 2_000_000);
    expect(console.printed.filter((line) => line.includes('r:v2'))).toEqual([
      'Pulling r:v2',
      'Pulled r:v2',
    ]);
    expect(console.drawn.at(-1)).toContain('0 of 1 done');
    report.close();
  });

  it('draws the time left where earlier runs tell it', () => {
    const console = terminal();
    const report = new RunReport(console, OPTIONS, () => 90);
    report.take({event: 'started', run: RUN});
    report.take({event: 'job', runId: 'run', job: JOB});
    expect(console.drawn.at(-1)).toMatch(/0 of 1 done, about 1 m 30 s left {2}gen$/);
    report.close();
  });

  it('names what was stopped and what was never begun', () => {
    const console = terminal();
    const report = new RunReport(console, OPTIONS, () => null);
    report.take({event: 'started', run: RUN});
    report.take({
      event: 'finished',
      runId: 'run',
      outcome: 'cancelled',
      cancelled: true,
      error: null,
      jobs: [
        {...JOB, state: 'cancelled', statusCode: 'cancelled_by_user', message: 'Cancelled by you'},
        {...JOB, action: 'use', state: 'not-started', statusCode: 'not_started', startedAt: null},
      ],
    });
    expect(console.printed).toContain('gen: Cancelled by you');
    expect(console.printed).toContain('Not started: use');
    expect(console.printed.at(-1)).toBe('Stopped: 0 of 2 succeeded, 1 cancelled, 1 not started');
    report.close();
  });

  it('lists what was blocked as such, and counts as failed only what failed by itself', () => {
    const console = terminal();
    const report = new RunReport(console, OPTIONS, () => null);
    report.take({event: 'started', run: RUN});
    report.take({
      event: 'finished',
      runId: 'run',
      outcome: 'failed',
      cancelled: false,
      error: null,
      jobs: [
        {...JOB, state: 'failed', statusCode: 'nonzero_exit', message: 'It went wrong'},
        {...JOB, action: 'use', state: 'blocked', statusCode: 'dependency_failed', startedAt: null},
        {...JOB, action: 'last', state: 'cut-off', statusCode: 'cut_off', message: 'Cut off'},
      ],
    });
    expect(console.printed).toContain('gen: It went wrong');
    expect(console.printed).toContain('last: Cut off');
    expect(console.printed).toContain('Blocked: use');
    expect(console.printed.some((line) => line.startsWith('use:'))).toBe(false);
    expect(console.printed.at(-1)).toBe('Failed: 1 of 3, 1 cut off, 1 blocked');
    report.close();
  });

  it('says once that the engine is waited for, and once that it is back', () => {
    const console = terminal();
    const report = new RunReport(console, OPTIONS, () => null);
    report.take({event: 'started', run: RUN});
    const job = (action: string, state: Job['state']): void =>
      report.take({event: 'job', runId: 'run', job: {...JOB, action, state}});
    for (const action of ['gen', 'use']) job(action, 'running');
    for (const action of ['gen', 'use']) job(action, 'waiting-for-engine');
    expect(console.drawn.at(-1)).toContain('waiting for the container engine');
    for (const action of ['gen', 'use']) job(action, 'running');
    expect(console.printed.filter((line) => line.includes('engine'))).toEqual([
      'Waiting for the container engine',
      'The container engine answers again',
    ]);
    report.close();
  });

  it('does not say that the engine is back where a job ended instead', () => {
    const console = terminal();
    const report = new RunReport(console, OPTIONS, () => null);
    report.take({event: 'started', run: RUN});
    report.take({event: 'job', runId: 'run', job: JOB});
    report.take({event: 'job', runId: 'run', job: {...JOB, state: 'waiting-for-engine'}});
    report.take({
      event: 'job',
      runId: 'run',
      job: {...JOB, state: 'cut-off', statusCode: 'cut_off', message: 'Cut off'},
    });
    expect(console.printed.slice(-2)).toEqual(['Waiting for the container engine', 'gen: Cut off']);
    report.close();
  });
});
