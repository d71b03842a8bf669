import {rm} from 'node:fs/promises';
import {isFinal, type Job} from '../../../shared/job';
import {newJob} from '../../../shared/newJob';
import type {Executor, FilledJob, RunningJob} from '../../executor/executor';
import {indexPath} from '../../logs/lineIndex';
import {compressedPath} from '../../logs/storedLog';
import {createJobRunner} from '../../runs/jobRunner';
import type {JobEnding} from '../../runs/jobMachine';
import type {JobTask} from '../../runs/jobProgress';
import {isoTimeOf, type RunPorts} from '../../runs/runPorts';
import type {Result} from '../../../shared/result';
import type {AppError} from '../../../shared/errors';
import type {ServeConfig} from '../config';
import {errorFacts, type ServeLog} from '../log';
import type {ServedJob, ServedRequest} from '../records';
import {MESSAGES} from '../rules/messages';
import {afterStep, endStep, runningStep, type Step} from '../rules/steps';
import type {Secrets} from '../rules/secrets';
import {
  attemptLog,
  makeJobFolder,
  writeJobRecord,
  writeReadableLog,
  type Command,
} from '../storage/jobRecord';
import {publishOutputs} from '../storage/publish';
import {portsOf} from './jobPorts';
import type {PresentImages} from './presentImages';
import {readsDatabase, type DefinedAction, type StudyCodes} from './studyCode';

/** What all jobs of a runner share. */
export interface Backend {
  readonly config: ServeConfig;
  readonly executor: Executor;
  readonly images: PresentImages;
  readonly studyId: string;
  readonly codes: StudyCodes;
  readonly secrets: Secrets;
  readonly log: ServeLog;
  readonly stillHeld: () => Promise<Result<null, AppError>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** One job to be carried out. */
export interface JobToCarryOut {
  readonly served: ServedJob;
  /** The same, as it is now. */
  readonly current: () => ServedJob;
  readonly request: ServedRequest;
  /** Paths of the outputs of what it needs. */
  readonly inputs: readonly string[];
  /** Paths of what its action made the last time. */
  readonly before: readonly string[];
  /** Its container, where an earlier process of ours left it. */
  readonly found: RunningJob | null;
  readonly signal: AbortSignal;
  /** The runner lets go of its jobs: from now on nothing is written. */
  readonly left: () => boolean;
  /** The job holds no place any more. */
  readonly onFetching: () => void;
  /** Takes in what the engine has come to; resolves once it is on disk. */
  readonly onStep: (step: Step, job: Job) => Promise<void>;
  readonly onTimeLimit: () => void;
  /** Why it was stopped, where it was: then it does not end but waits again. */
  readonly isPutBack: () => boolean;
  /** Takes in its end, everything else being on disk. */
  readonly onEnd: (ended: ServedJob, fault: unknown) => Promise<void>;
  readonly takeAhead: () => Promise<FilledJob | null>;
}

/** Why a job did not come to its start; nothing of it is with the engine. */
export interface NotStarted {
  readonly step: Step;
  /** For the log of this computer. */
  readonly error: AppError | null;
}

/** A job with all that its start takes. */
export interface ReadyJob {
  readonly defined: DefinedAction;
  readonly ports: RunPorts;
}

/** Gets code, definition and image of a job. */
export async function makeReady(
  backend: Backend,
  {served, request, inputs}: Pick<JobToCarryOut, 'served' | 'request' | 'inputs'>,
  signal: AbortSignal,
): Promise<Result<ReadyJob, NotStarted>> {
  const {config, codes} = backend;
  const failed = (message: string, error: AppError | null): Result<never, NotStarted> => ({
    ok: false,
    error: {step: {state: 'failed', code: 'internal_error', message}, error},
  });
  const study = await codes.again(request);
  if (!study.ok) return failed(MESSAGES.internal, null);
  const action = study.value.project.actions.find(({name}) => name === served.action);
  if (action === undefined) return failed(MESSAGES.internal, null);
  if (readsDatabase(config, action) && config.databaseNetwork === null)
    return failed(MESSAGES.noNetwork, null);
  const defined = await codes.define(study.value, action, served.database);
  if (!defined.ok) return failed(MESSAGES.internal, defined.error);
  const pulled = await backend.images.ensure(defined.value.definition.image, signal);
  if (!pulled.ok) return failed(MESSAGES.noImage, pulled.error);
  const ports = await portsOf({
    ...backend,
    study: study.value,
    codeDir: defined.value.codeDir,
    served,
    inputs,
  });
  return {ok: true, value: {defined: defined.value, ports}};
}

/** A job of the engine for one of ours that has not begun. */
export function newEngineJob(served: ServedJob, image: string, now: number): Job {
  const {id, requestId: runId, action} = served;
  return newJob(
    {action, reason: 'requested', waitsFor: []},
    {id, runId, image, at: isoTimeOf(now)},
  );
}

/** The end of a job that was stopped; the reason is kept elsewhere. */
const STOPPED: JobEnding = {
  statusCode: 'cancelled_by_user',
  message: 'Stopped',
  hint: null,
};

/**
 * Carries a job out by the same engine that runs a researcher's own: starts it, follows it to its end, puts its outputs into the
 * HIGH tree; then publishes what may be in MEDIUM, and writes its record. Its container is removed last, so that a kill at any
 * point leaves either the container or the record.
 */
export async function carryOut(
  backend: Backend,
  {defined, ports}: ReadyJob,
  task: JobToCarryOut,
): Promise<void> {
  const {config, log, now} = backend;
  const {served, found} = task;
  const {definition} = defined;
  const logPath = attemptLog(config.high, served);
  await makeJobFolder(config.high, served);
  const first = served.job ?? newEngineJob(served, definition.image, now());
  // what an attempt before this one printed is not this one's
  if (found === null && !isFinal(first.statusCode)) await removeAttemptLog(logPath);
  const behind: Promise<void>[] = [];
  const jobTask: JobTask = {
    definition,
    runId: served.requestId,
    commit: served.commit,
    debug: false,
    takeAhead: task.takeAhead,
    logPath,
    signal: task.signal,
    stopped: () => STOPPED,
    async onJob(job) {
      if (task.left()) return;
      await task.onStep(runningStep(job), job);
      if (!isFinal(job.statusCode)) return;
      if (job.statusCode === 'cancelled_by_user' && task.isPutBack()) return;
      await conclude(backend, defined, task, job);
    },
    onFetching: task.onFetching,
    onTimeLimit: task.onTimeLimit,
    onEnded: () => undefined,
    onLines: () => undefined,
    onNotice: (message) => log.warning('job-notice', {jobId: served.id, message}),
    afterwards: (work) => {
      behind.push(
        work.catch((error: unknown) => {
          log.warning('job-cleaning', {jobId: served.id, error: String(error)});
        }),
      );
    },
  };
  const runner = createJobRunner(ports);
  if (isFinal(first.statusCode)) {
    // it had ended when an earlier process of ours was killed: only the rest is still to be done
    await jobTask.onJob(first);
    await found?.remove().catch(() => undefined);
  } else if (found !== null) await runner.resume(first, found, jobTask);
  else if (served.job !== null && hasBegun(served.job)) await runner.endLost(first, jobTask);
  else await runner.run(newEngineJob(served, definition.image, now()), jobTask);
  await Promise.all(behind);
}

/** A job whose command has begun by its record; before that nothing is lost by beginning again. */
function hasBegun({statusCode}: Job): boolean {
  return ['executing', 'executed', 'finalizing', 'finalized'].includes(statusCode);
}

async function removeAttemptLog(path: string): Promise<void> {
  for (const file of [path, compressedPath(path)]) {
    await rm(file, {force: true});
    await rm(indexPath(file), {force: true});
  }
}

/** Finishes a job: publishes, writes log and record, and reports the end, in this order. */
async function conclude(
  {config, secrets, log, now}: Backend,
  {definition}: DefinedAction,
  task: JobToCarryOut,
  job: Job,
): Promise<void> {
  const {served, request, before} = task;
  const {action, image, args, env} = definition;
  const seconds = Math.floor(now() / 1000);
  const end = (step: Step): ServedJob => {
    const current = {...task.current(), job};
    return afterStep(current, step, seconds) ?? current;
  };
  let ended = end(
    endStep(job, {
      cancelled: task.current().cancelled,
      timedOut: task.current().timedOut,
      usesDatabase: readsDatabase(config, action),
      imageName: definition.imageName,
    }),
  );
  let fault: unknown = null;
  try {
    if (ended.state === 'succeeded') {
      const removed = await publishOutputs(config, {served, job, action, before});
      if (removed.length > 0)
        log.info('obsolete-outputs', {jobId: served.id, removed: removed.length});
    }
  } catch (error) {
    fault = error;
    ended = end({state: 'failed', code: 'internal_error', message: MESSAGES.internal});
  }
  await keepRecord(config, ended, request, {image, args, env}, secrets, log);
  await task.onEnd(ended, fault);
}

/** Writes log and record of a job that is over; where that fails it is logged, and the job's end does not wait for it. */
export async function keepRecord(
  {high}: Pick<ServeConfig, 'high'>,
  ended: ServedJob,
  request: ServedRequest | null,
  command: Command | null,
  secrets: Secrets,
  log: ServeLog,
): Promise<void> {
  try {
    await makeJobFolder(high, ended);
    await writeReadableLog(high, ended, ended.job);
    await writeJobRecord(high, ended, request, command, secrets);
  } catch (error) {
    log.error('job-record', {jobId: ended.id, ...errorFacts(error)});
  }
}
