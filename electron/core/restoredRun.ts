import {DEFAULT_LIMITS} from '../../shared/engine';
import type {Job} from '../../shared/job';
import {ok} from '../../shared/result';
import type {RunRecord} from '../../shared/run';
import {jobId} from '../runs/jobId';
import type {RunHistory} from '../runs/runHistory';
import {createRun, readRuns} from '../runs/runStore';
import type {StudyFolder} from '../runs/studyFolder';
import {takeStudyLock} from '../runs/studyLock';
import type {EarlierSuccess} from '../staleness/staleness';
import type {Answer, StudyContext} from './studyContext';

/** Keeps it in the history that outputs were put back: a run without jobs to carry out. */
export async function noteRestored(
  context: StudyContext,
  folder: StudyFolder,
  history: RunHistory,
  restored: readonly EarlierSuccess[],
  at: string,
): Answer<null> {
  const lock = await takeStudyLock(folder.lock, at);
  if (!lock.ok) return lock;
  try {
    const runId = context.newRunId();
    const earlier = new Map(
      (await readRuns(folder)).flatMap(({record}) => record.jobs.map((job) => [job.id, job])),
    );
    const jobs = restored.map((success) =>
      restoredJob(runId, success, earlier.get(success.record.jobId) ?? null, at),
    );
    const record = restoredRun(context, runId, jobs, at);
    const journal = await createRun(folder, record);
    await journal.finish(record);
    for (const job of jobs) history.note(job);
    return ok(null);
  } finally {
    await lock.value.release();
  }
}

function restoredRun(
  context: StudyContext,
  runId: string,
  jobs: readonly Job[],
  at: string,
): RunRecord {
  const actions = jobs.map(({action}) => action);
  const {executor, concurrency} = context.settings();
  return {
    format: 1,
    id: runId,
    startedAt: at,
    endedAt: at,
    outcome: 'succeeded',
    request: {actions, forceDependencies: false, includeStale: true, force: [], takeOut: []},
    options: {
      executor,
      concurrency,
      limits: DEFAULT_LIMITS,
      continueOnError: false,
      letRunningFinish: false,
      debug: false,
      pull: false,
    },
    plan: {jobs: [], skipped: actions.map((action) => ({action, reason: 'restored'}))},
    git: null,
    jobs,
  };
}

/** The job that made the outputs, as it was where it is still known, with the day they were put back. */
function restoredJob(
  runId: string,
  {action, record}: EarlierSuccess,
  earlier: Job | null,
  at: string,
): Job {
  return {
    id: jobId(runId, action),
    runId,
    action,
    reason: 'out-of-date',
    waitsFor: [],
    state: 'succeeded',
    statusCode: 'succeeded',
    message: `Outputs of ${record.completedAt} were put back`,
    hint: null,
    exitCode: null,
    createdAt: at,
    startedAt: null,
    completedAt: at,
    image: earlier?.image ?? record.runLine.split(/\s/, 1)[0] ?? '',
    imageId: record.imageId,
    actionCommit: record.actionCommit,
    outputs: record.outputs,
    unmatchedPatterns: [],
    unmatchedFiles: [],
    excluded: earlier?.excluded ?? [],
    logFile: null,
    keptFiles: null,
    peakMemoryBytes: null,
    cpuSeconds: null,
  };
}
