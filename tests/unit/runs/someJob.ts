import type {Job} from '../../../shared/job';
import {newJob} from '../../../shared/newJob';
import {DEFAULT_RUN_OPTIONS, type RunRecord} from '../../../shared/run';
import type {JobTask} from '../../../electron/runs/jobProgress';
import type {JobDefinition} from '../../../electron/runs/runPorts';

/** A job of an action, changed as a test needs it. */
export function someJob(action: string, part: Partial<Job> = {}): Job {
  const job = newJob(
    {action, reason: 'requested', waitsFor: []},
    {id: `id-${action}`, runId: 'run', image: 'r:v2', at: '2026-04-01T10:00:00.000Z'},
  );
  return {...job, ...part};
}

/** A run of jobs, not yet ended unless the parts say otherwise. */
export const someRun = (
  id: string,
  jobs: readonly Job[],
  part: Partial<RunRecord> = {},
): RunRecord => ({
  ...{format: 1, id, startedAt: '2026-04-01T10:00:00.000Z', endedAt: null, outcome: null},
  request: {actions: [], forceDependencies: false, includeStale: false, force: [], takeOut: []},
  ...{options: DEFAULT_RUN_OPTIONS, plan: {jobs: [], skipped: []}, git: null, jobs},
  ...part,
});

const SPAN = {line: 1, column: 1, endLine: 1, endColumn: 1};

/** How an action without outputs is carried out. */
export const someDefinition = (action: string, usesDatabase = false): JobDefinition => ({
  action: {
    name: action,
    run: {raw: 'r:v2 x', argv: ['r:v2', 'x'], imageName: 'r', imageTag: 'v2', span: SPAN},
    needs: [],
    tiers: [],
    outputs: [],
    configJson: null,
    containerArgs: ['x'],
    commandWithConfig: null,
    dummyDataFile: null,
    usesDatabase,
    span: SPAN,
  },
  image: 'r:v2',
  imageName: 'r',
  args: ['x'],
  env: {},
  limits: {memoryBytes: 2 ** 30, cpus: 1},
  timeoutSeconds: null,
  actionCommit: null,
});

/** What carrying out a job takes, with nobody to be told of it. */
export const someTask = (
  part: Pick<JobTask, 'definition' | 'logPath'> & Partial<JobTask>,
): JobTask => ({
  runId: 'run',
  commit: null,
  debug: false,
  takeAhead: async () => null,
  signal: new AbortController().signal,
  stopped: () => ({statusCode: 'cancelled_by_user', message: 'Stopped by you', hint: null}),
  onJob: async () => undefined,
  onFetching: () => undefined,
  onTimeLimit: () => undefined,
  onEnded: () => undefined,
  onLines: () => undefined,
  onNotice: () => undefined,
  afterwards: () => undefined,
  ...part,
});
