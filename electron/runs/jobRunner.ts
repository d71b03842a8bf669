import {rm} from 'node:fs/promises';
import type {AppError} from '../../shared/errors';
import type {Job} from '../../shared/job';
import type {LogLine} from '../../shared/log';
import {err, type Result} from '../../shared/result';
import {actionLogFile} from './actionLog';
import {placeFiles} from './collectedFiles';
import type {JobExit, JobSpec, RunningJob, Staging} from './executor';
import {gatherFiles, incomingDir, writeActionLog} from './finishJob';
import {findAgain, followJob, type FollowedJob} from './followJob';
import {endingOf, faultEnding} from './jobEnding';
import {advanceJob, type JobChange, type JobEnding} from './jobMachine';
import {isoTimeOf, logTimeOf, type JobDefinition, type RunPorts} from './runPorts';

/** What carrying out one job takes besides the run's ports. */
export interface JobTask {
  readonly definition: JobDefinition;
  readonly runId: string;
  /** The study's commit at the start of the run. */
  readonly commit: string | null;
  /** Leave the container behind. */
  readonly debug: boolean;
  /** Absolute path of the attempt's log. */
  readonly logPath: string;
  /** Aborted to stop the job; the reason is what to tell. */
  readonly signal: AbortSignal;
  /** What to tell of a job that was stopped. */
  readonly stopped: () => JobEnding;
  /** Takes in each new state; awaited where it must be on disk before what comes next. */
  readonly onJob: (job: Job) => Promise<void>;
  readonly onLines: (firstSeq: number, lines: readonly LogLine[]) => void;
  readonly onNotice: (message: string) => void;
  /** Given what remains to be done once the job's end is known; must not hold up the next job. */
  readonly afterwards: (work: Promise<void>) => void;
}

/** Carries out jobs: prepare, execute, collect, clean up. */
export interface JobRunner {
  /** Runs a job that has not begun. */
  run(job: Job, task: JobTask): Promise<Job>;
  /** Takes up a started job that a former process of ours left. */
  resume(job: Job, running: RunningJob, task: JobTask): Promise<Job>;
  /** Ends a job of which no container is left, as far as its record allows. */
  settle(job: Job, task: JobTask): Promise<Job>;
}

/** A job runner over the ports of a run. */
export function createJobRunner(ports: RunPorts): JobRunner {
  return {
    async run(first, task) {
      const progress = createProgress(first, task);
      try {
        return await prepareAndRun(ports, progress, task);
      } catch (error) {
        return progress.fault(error, ports);
      }
    },
    async resume(first, running, task) {
      const progress = createProgress(first, task);
      try {
        return await followAndFinish(ports, progress, task, running, null);
      } catch (error) {
        return progress.fault(error, ports);
      }
    },
    async settle(first, task) {
      const progress = createProgress(first, task);
      return settle(ports, progress, task);
    },
  };
}

/** A job on its way, with each step told. */
interface Progress {
  job(): Job;
  /** Tells the new state, without waiting for the disk. */
  step(change: JobChange): void;
  /** Tells the new state and waits until it is on disk. */
  commit(change: JobChange): Promise<Job>;
  /** An error that no one foresaw ends this job, and no other. */
  fault(error: unknown, ports: Pick<RunPorts, 'now'>): Promise<Job>;
}

function createProgress(first: Job, task: JobTask): Progress {
  let job = first;
  const progress: Progress = {
    job: () => job,
    step(change) {
      job = advanceJob(job, change);
      void task.onJob(job);
    },
    async commit(change) {
      job = advanceJob(job, change);
      await task.onJob(job);
      return job;
    },
    async fault(error, ports) {
      const detail = error instanceof Error ? error.message : String(error);
      const ending: JobEnding = {
        statusCode: 'internal_error',
        message: 'Study Desk met an error of its own in this job',
        hint: detail,
      };
      return progress.commit({kind: 'ended', at: isoTimeOf(ports.now()), ending});
    },
  };
  return progress;
}

/** Ends a job before its command has ended. */
async function endEarly(
  ports: RunPorts,
  progress: Progress,
  task: JobTask,
  error: AppError,
): Promise<Job> {
  const ending = task.signal.aborted ? task.stopped() : faultEnding(error);
  return progress.commit({kind: 'ended', at: isoTimeOf(ports.now()), ending});
}

async function prepareAndRun(ports: RunPorts, progress: Progress, task: JobTask): Promise<Job> {
  const {definition} = task;
  const {action} = definition;
  progress.step({kind: 'preparing', at: isoTimeOf(ports.now())});
  const staging = await ports.stage(definition);
  if (!staging.ok) return endEarly(ports, progress, task, staging.error);
  const job = progress.job();
  const spec: JobSpec = {
    jobId: job.id,
    runId: task.runId,
    studyId: ports.studyId,
    workspace: ports.workspace,
    action: action.name,
    image: definition.image,
    args: definition.args,
    env: definition.env,
    limits: definition.limits,
    staging: staging.value,
    debug: task.debug,
  };
  const prepared = await ports.executor.prepare(spec, task.signal);
  if (!prepared.ok) return endEarly(ports, progress, task, prepared.error);
  progress.step({
    kind: 'prepared',
    imageId: prepared.value.imageId,
    actionCommit: definition.actionCommit,
  });
  const started = task.signal.aborted
    ? err({kind: 'cancelled', message: 'Stopped before its start'} as const)
    : await prepared.value.start();
  if (!started.ok) {
    task.afterwards(prepared.value.remove());
    return endEarly(ports, progress, task, started.error);
  }
  progress.step({
    kind: 'executing',
    at: isoTimeOf(ports.now()),
    logFile: actionLogFile(action.name),
  });
  return followAndFinish(ports, progress, task, started.value, staging.value);
}

/** Brings the record of a job that was found running to the state in which it is followed. */
function catchUp(ports: RunPorts, progress: Progress, task: JobTask, running: RunningJob): void {
  const at = isoTimeOf(ports.now());
  if (progress.job().statusCode === 'created') progress.step({kind: 'preparing', at});
  if (progress.job().statusCode === 'preparing')
    progress.step({
      kind: 'prepared',
      imageId: running.imageId,
      actionCommit: task.definition.actionCommit,
    });
  if (progress.job().statusCode === 'prepared')
    progress.step({kind: 'executing', at, logFile: actionLogFile(task.definition.action.name)});
}

async function followAndFinish(
  ports: RunPorts,
  progress: Progress,
  task: JobTask,
  started: RunningJob,
  staging: Staging | null,
): Promise<Job> {
  catchUp(ports, progress, task, started);
  const remove = (running: RunningJob) => {
    if (!task.debug) task.afterwards(running.remove());
  };
  const {timeoutSeconds} = task.definition;
  const followed = await followJob(started, {
    executor: ports.executor,
    studyId: ports.studyId,
    logPath: task.logPath,
    logTime: () => logTimeOf(ports.now()),
    onLines: task.onLines,
    onNotice: task.onNotice,
    signal: task.signal,
    timeLeftMs: timeoutSeconds === null ? null : timeoutSeconds * 1000,
  });
  if (!followed.ok) {
    remove(started);
    return endEarly(ports, progress, task, followed.error);
  }
  const {running} = followed.value;
  if (progress.job().statusCode === 'executing')
    progress.step({
      kind: 'executed',
      exitCode: followed.value.exit.exitCode,
      peakMemoryBytes: followed.value.exit.peakMemoryBytes,
      cpuSeconds: followed.value.exit.cpuSeconds,
    });
  if (task.signal.aborted) {
    remove(running);
    return progress.commit({kind: 'ended', at: isoTimeOf(ports.now()), ending: task.stopped()});
  }
  return finish(ports, progress, task, followed.value, staging);
}

/** Collects what the job made, tells its end, and cleans up. */
async function finish(
  ports: RunPorts,
  progress: Progress,
  task: JobTask,
  followed: FollowedJob,
  staging: Staging | null,
): Promise<Job> {
  const {exit, timedOut, totalLines} = followed;
  if (progress.job().statusCode === 'executed') progress.step({kind: 'finalizing'});
  const goodExit = exit.exitCode === 0 && !timedOut;
  const gathered = await overEngineLoss(ports, task, followed.running, (running) =>
    gatherFiles(ports, task.definition, running, goodExit, task.signal),
  );
  const {running} = gathered;
  const attemptLog = {path: task.logPath, totalLines};
  const end = async (ending: JobEnding): Promise<Job> => {
    const change: JobChange = {kind: 'ended', at: isoTimeOf(ports.now()), ending};
    if (ending.statusCode !== 'cancelled_by_user') {
      const ended = advanceJob(progress.job(), change);
      const written = await writeActionLog(ports, ended, task.commit, attemptLog);
      if (!written.ok) task.onNotice(`${written.error.message} ${written.error.why ?? ''}`.trim());
    }
    const job = await progress.commit(change);
    task.afterwards(cleanUp(ports, task, running, job, staging));
    return job;
  };
  if (!gathered.result.ok) {
    await rm(incomingDir(ports, running.jobId), {recursive: true, force: true}).catch(
      () => undefined,
    );
    return end(task.signal.aborted ? task.stopped() : faultEnding(gathered.result.error));
  }
  const {files, dir, toPlace} = gathered.result.value;
  if (progress.job().statusCode === 'finalizing')
    await progress.commit({kind: 'finalized', files, logFile: actionLogFile(running.action)});
  const placed = await placeFiles(ports.folder.study, dir, toPlace);
  if (!placed.ok) return end(faultEnding(placed.error));
  await rm(dir, {recursive: true, force: true});
  return end(ending(task.definition, exit, timedOut, progress.job()));
}

function ending(
  definition: JobDefinition,
  exit: Pick<JobExit, 'exitCode' | 'outOfMemory'>,
  timedOut: boolean,
  job: Job,
): JobEnding {
  return endingOf({
    exitCode: exit.exitCode,
    outOfMemory: exit.outOfMemory,
    imageName: definition.imageName,
    memoryLimitBytes: definition.limits.memoryBytes,
    timedOutAfter: timedOut ? definition.timeoutSeconds : null,
    unmatchedPatterns: job.unmatchedPatterns,
    unmatchedFiles: job.unmatchedFiles,
    excluded: job.excluded.length,
  });
}

/** Does something with a job's container, again if the engine was lost meanwhile. */
async function overEngineLoss<T>(
  ports: RunPorts,
  task: JobTask,
  first: RunningJob,
  work: (running: RunningJob) => Promise<Result<T, AppError>>,
): Promise<{readonly running: RunningJob; readonly result: Result<T, AppError>}> {
  let running = first;
  for (;;) {
    const result = await work(running);
    if (result.ok || result.error.kind !== 'no-engine') return {running, result};
    task.onNotice('The container engine has stopped answering; waiting for it to come back.');
    const found = await findAgain(running.jobId, {
      executor: ports.executor,
      studyId: ports.studyId,
      signal: task.signal,
    });
    if (!found.ok) return {running, result: found};
    running = found.value;
  }
}

async function cleanUp(
  ports: RunPorts,
  task: JobTask,
  running: RunningJob,
  job: Job,
  staging: Staging | null,
): Promise<void> {
  if (job.statusCode === 'succeeded') {
    const filesRead = await running.filesRead().catch(() => null);
    await ports.onSuccess({job, staging, filesRead, outputs: job.outputs});
  }
  if (!task.debug) await running.remove();
}

/** A job whose container is gone: what was collected whole is put in place, anything else is told. */
async function settle(ports: RunPorts, progress: Progress, task: JobTask): Promise<Job> {
  const job = progress.job();
  const at = isoTimeOf(ports.now());
  const dir = incomingDir(ports, job.id);
  if (job.statusCode === 'finalized' && job.exitCode !== null) {
    const placed = await placeFiles(
      ports.folder.study,
      dir,
      job.outputs.map(({path}) => path),
    );
    await rm(dir, {recursive: true, force: true});
    const exit = {exitCode: job.exitCode, outOfMemory: false};
    const end = placed.ok ? ending(task.definition, exit, false, job) : faultEnding(placed.error);
    return progress.commit({kind: 'ended', at, ending: end});
  }
  await rm(dir, {recursive: true, force: true});
  const started = job.startedAt !== null;
  return progress.commit({
    kind: 'ended',
    at,
    ending: started
      ? {
          statusCode: 'internal_error',
          message: 'Cut off when Study Desk was closed, and nothing of it is left to collect',
          hint: 'Run the action again; its earlier outputs are as they were.',
        }
      : {
          statusCode: 'cancelled_by_user',
          message: 'Never started: Study Desk was closed before its turn',
          hint: null,
        },
  });
}
