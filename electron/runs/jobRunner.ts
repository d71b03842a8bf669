import type {AppError} from '../../shared/errors';
import type {Job} from '../../shared/job';
import {err, type Result} from '../../shared/result';
import type {FilledJob, JobSpec, RunningJob, Staging} from '../executor/executor';
import {actionLogFile, writeActionLog} from '../logs/actionLog';
import {readAttemptLog} from '../logs/storedLog';
import {openLogWriter} from '../logs/logWriter';
import {incomingPrefix, removeIncoming} from './collectedFiles';
import {endLostJob, isBegun, noteEarlierEnd} from './cutOffJob';
import {
  followJob,
  overEngineLoss,
  startOverEngineLoss,
  type EngineWatch,
  type FollowedJob,
} from './followJob';
import {endUnplaced, collectOutputs} from './collectOutputs';
import {endingOf, faultEnding} from './jobEnding';
import type {JobEnding} from './jobMachine';
import {createJobProgress, type JobProgress, type JobTask} from './jobProgress';
import {forgetReplaced, placeFiles, syncPlaces} from './placeOutputs';
import {isoTimeOf, type JobDefinition, logTimeOf, type RunPorts} from './runPorts';

/** Carries out jobs: prepare, execute, collect, clean up. */
export type JobRunner = ReturnType<typeof createJobRunner>;

/** A job runner over the ports of a run. */
export function createJobRunner(ports: RunPorts) {
  /** Whatever goes wrong ends this job, and no other. */
  const guarded = async (
    first: Job,
    task: JobTask,
    work: (progress: JobProgress) => Promise<Job>,
  ): Promise<Job> => {
    const progress = createJobProgress(first, task, ports);
    try {
      return await work(progress);
    } catch (error) {
      return progress.fault(error);
    }
  };
  return {
    /** Prepares a job, as far as it can be, whose turn is still to come; never rejects. */
    async prepareAhead(
      job: Job,
      definition: JobDefinition,
      debug: boolean,
      signal: AbortSignal,
    ): Promise<FilledJob | null> {
      try {
        const staging = await ports.stageCode(definition);
        if (!staging.ok) return null;
        const spec = specOf(ports, job, definition, staging.value, debug);
        return await ports.executor.prepareAhead(spec, signal);
      } catch {
        // whatever it is, it is met again at the job's turn, and shown then
        return null;
      }
    },
    /** Runs a job that has not begun. */
    run: (first: Job, task: JobTask): Promise<Job> =>
      guarded(first, task, (progress) => prepareAndRun(ports, progress, task)),
    /** Takes up a started job that a former process of ours left. */
    resume: (first: Job, running: RunningJob, task: JobTask): Promise<Job> =>
      guarded(first, task, (progress) =>
        followAndFinish(ports, progress, task, {running, lost: false}, ports.now()),
      ),
    /** Fails a job that can't begin, as its image can't be had; its log holds the reason. */
    fail: (first: Job, error: AppError, task: JobTask): Promise<Job> =>
      guarded(first, task, (progress) => endUnbegun(ports, progress, task, error)),
    /** Ends a job of which no container is left, as far as its record allows. */
    endLost: (first: Job, task: JobTask): Promise<Job> =>
      guarded(first, task, (progress) => endLostJob(ports, progress, task)),
  };
}

function specOf(
  {target, studyId}: RunPorts,
  {id, runId}: Job,
  {action, image, args, env, limits}: JobDefinition,
  staging: Staging,
  debug: boolean,
): JobSpec {
  return {
    jobId: id,
    runId,
    studyId,
    workspace: target.workspace,
    backend: target.backend,
    network: action.usesDatabase ? target.network : null,
    confined: target.confined,
    action: action.name,
    image,
    args,
    env,
    limits,
    staging,
    debug,
  };
}

/** How a job ends that was stopped or met a fault before its command had ended. */
function earlyEnding(task: JobTask, error: AppError): JobEnding {
  return task.signal.aborted ? task.stopped() : faultEnding(error);
}

/** Ends a job whose command could not begin. Where that is a fault, its log holds nothing else. */
async function endUnbegun(
  ports: RunPorts,
  progress: JobProgress,
  task: JobTask,
  error: AppError,
  cleaning?: () => Promise<void>,
): Promise<Job> {
  // a study that was lost is the reason of whatever failed then, and ends the run
  const held = await ports.stillHeld();
  if (task.signal.aborted) return progress.end(task.stopped(), undefined, cleaning);
  if (!held.ok) return progress.end(faultEnding(held.error), undefined, cleaning);
  const ending = faultEnding(error);
  const lines = [ending.message, ending.hint, error.detail === ending.hint ? null : error.detail];
  const notes = lines.filter((line) => typeof line === 'string').map((line) => `${line}\n`);
  const writer = await openLogWriter(task.logPath, () => logTimeOf(ports.now()), task.onLines);
  await writer.write('stderr', Buffer.from(notes.join('')));
  const {totalLines} = await writer.end();
  return progress.end(
    {...ending, logFile: actionLogFile(task.definition.action.name)},
    (ended) => writeLog(ports, task, ended, totalLines),
    cleaning,
  );
}

async function prepareAndRun(ports: RunPorts, progress: JobProgress, task: JobTask): Promise<Job> {
  const {definition} = task;
  progress.step({kind: 'preparing', at: isoTimeOf(ports.now())});
  let cleaning: () => Promise<void> = async () => undefined;

  const start = async (): Promise<Result<RunningJob, AppError>> => {
    const [staged, filled] = await Promise.all([ports.stage(definition), task.takeAhead()]);
    if (filled !== null) cleaning = () => filled.remove();
    if (!staged.ok) return staged;
    const staging = staged.value;
    const prepared =
      filled === null
        ? await ports.executor.prepare(
            specOf(ports, progress.job(), definition, staging, task.debug),
            task.signal,
          )
        : await filled.prepare(staging, task.signal);
    if (!prepared.ok) return prepared;
    cleaning = () => prepared.value.remove();
    if (progress.job().statusCode === 'preparing')
      progress.step({
        kind: 'prepared',
        imageId: prepared.value.imageId,
        actionCommit: definition.actionCommit,
      });
    ports.onStaged({job: progress.job(), definition, staging});
    if (task.signal.aborted) return err({kind: 'cancelled', message: 'Stopped before it started'});
    return prepared.value.start();
  };

  const engine = engineWatch(ports, progress, task);
  const started = await startOverEngineLoss(progress.job().id, engine, start);
  if (!started.ok) return endUnbegun(ports, progress, task, started.error, cleaning);
  return followAndFinish(ports, progress, task, started.value);
}

/** A job's command has begun; `lost` where its engine went away amid its start. */
interface StartedJob {
  readonly running: RunningJob;
  readonly lost: boolean;
}

/** Brings the record of a job that has begun to the state in which it is followed. */
function catchUp(ports: RunPorts, progress: JobProgress, task: JobTask, running: RunningJob): void {
  const at = isoTimeOf(ports.now());
  if (progress.job().state === 'waiting') progress.step({kind: 'preparing', at});
  if (progress.job().statusCode === 'preparing')
    progress.step({
      kind: 'prepared',
      imageId: running.imageId,
      actionCommit: task.definition.actionCommit,
    });
  if (progress.job().statusCode === 'prepared')
    progress.step({kind: 'executing', at, logFile: actionLogFile(task.definition.action.name)});
}

/** Milliseconds left of a job's time limit; null without one. */
function timeLeft(ports: RunPorts, job: Job, timeoutSeconds: number | null): number | null {
  if (timeoutSeconds === null) return null;
  const startedAt = job.startedAt === null ? ports.now() : Date.parse(job.startedAt);
  // a clock that went back must not lengthen the limit
  const elapsed = Math.max(0, ports.now() - startedAt);
  return Math.max(0, timeoutSeconds * 1000 - elapsed);
}

const ENGINE_LOST = 'The container engine has stopped answering; waiting for it to come back.';
const ENGINE_BACK = 'The container engine is back.';
/** Some engines lose what is printed while they are away. */
const MAY_LACK = ' The log may lack what the command printed meanwhile.';

function engineWatch(ports: RunPorts, progress: JobProgress, task: JobTask): EngineWatch {
  return {
    executor: ports.executor,
    studyId: ports.studyId,
    signal: task.signal,
    onEngine(answers) {
      progress.step({kind: answers ? 'engine-back' : 'engine-lost'});
      const runs = progress.job().statusCode === 'executing';
      task.onNotice(answers ? `${ENGINE_BACK}${runs ? MAY_LACK : ''}` : ENGINE_LOST);
    },
  };
}

async function followAndFinish(
  ports: RunPorts,
  progress: JobProgress,
  task: JobTask,
  {running: started, lost}: StartedJob,
  foundAt: number | null = null,
): Promise<Job> {
  const isUnseen = foundAt !== null && !isBegun(progress.job());
  catchUp(ports, progress, task, started);
  const remove = (running: RunningJob) => removeUnlessKept(task, running);
  const engine = engineWatch(ports, progress, task);
  const followed = await followJob(started, {
    ...engine,
    logPath: task.logPath,
    logTime: () => logTimeOf(ports.now()),
    onLines: task.onLines,
    onLogFault: (detail) =>
      task.onNotice(`Part of the log is missing: the engine could not send it (${detail}).`),
    engineLost: lost,
    timeLeftMs: timeLeft(ports, progress.job(), task.definition.timeoutSeconds),
  });
  if (!followed.ok) await ports.stillHeld();
  if (!followed.ok)
    return progress.end(
      earlyEnding(task, followed.error),
      (ended) => writeLogSoFar(ports, task, ended),
      () => remove(started),
    );
  const {running, exit} = followed.value;
  if (progress.job().statusCode === 'executing')
    progress.step({
      kind: 'executed',
      exitCode: exit.exitCode,
      peakMemoryBytes: exit.peakMemoryBytes,
      cpuSeconds: exit.cpuSeconds,
      ...(isUnseen ? {startedAt: exit.startedAt} : {}),
    });
  if (foundAt !== null) noteEarlierEnd(progress, exit, foundAt);
  if (task.signal.aborted) return progress.end(task.stopped(), undefined, () => remove(running));
  return finish(ports, progress, task, engine, followed.value);
}

/** Writes the log of a job that was lost on the way, as far as it had come. */
async function writeLogSoFar(ports: RunPorts, task: JobTask, ended: Job): Promise<void> {
  const page = await readAttemptLog(task.logPath, ended.id, 0, 0, true).catch(() => null);
  await writeLog(ports, task, ended, page?.totalLines ?? null);
}

/** Writes the log of a job that ended, none of one that was stopped; null lines where none was kept. */
async function writeLog(
  ports: RunPorts,
  task: JobTask,
  ended: Job,
  totalLines: number | null,
): Promise<void> {
  if (ended.statusCode === 'cancelled_by_user' || !(await ports.stillHeld()).ok) return;
  const attemptLog = totalLines === null ? null : {path: task.logPath, totalLines};
  const log = await writeActionLog(ports, ended, task.commit, attemptLog);
  if (!log.ok) task.onNotice(`${log.error.message} ${log.error.why ?? ''}`.trim());
}

/** Collects what the job made, reports its end, and cleans up. */
async function finish(
  ports: RunPorts,
  progress: JobProgress,
  task: JobTask,
  engine: EngineWatch,
  followed: FollowedJob,
): Promise<Job> {
  if (progress.job().statusCode === 'executed') progress.step({kind: 'finalizing'});
  const goodExit = followed.exit.exitCode === 0 && !followed.timedOut;
  const held = await ports.stillHeld();
  const collected = await overEngineLoss(followed.running, engine, async (running) =>
    !held.ok
      ? held
      : collectOutputs(ports, task.definition, running, goodExit, task.onFetching, task.signal),
  );
  const {running, result} = collected;
  const prefix = incomingPrefix(ports, running.jobId);

  /** Not of a study that was lost: the files that lie there are then in use by whoever has it. */
  const settle = async (ended: Job): Promise<void> => {
    if (ended.statusCode === 'succeeded') {
      await forgetReplaced(ports.folder.study, prefix);
      await ports.afterSuccess(ended);
    } else await removeIncoming(prefix);
  };

  const end = (ending: JobEnding, placed: readonly string[]): Job =>
    progress.end(
      ending,
      async (ended) => {
        const lasting = syncPlaces(ports.folder.study, placed);
        // waited for below
        lasting.catch(() => undefined);
        await writeLog(ports, task, ended, followed.totalLines);
        if (ended.statusCode === 'succeeded' && (await ports.stillHeld()).ok) {
          const filesRead = await running.filesRead().catch(() => null);
          await ports.onSuccess({job: ended, definition: task.definition, filesRead});
        }
        await lasting;
      },
      async (ended) => {
        if ((await ports.stillHeld()).ok) await settle(ended);
        await removeUnlessKept(task, running);
      },
    );

  const stillHeld = await ports.stillHeld();
  if (!stillHeld.ok) return end(faultEnding(stillHeld.error), []);
  if (!result.ok) return end(earlyEnding(task, result.error), []);
  const {files, toPlace} = result.value;
  if (progress.job().statusCode === 'finalizing')
    progress.step({kind: 'finalized', files, logFile: actionLogFile(running.action)});
  const {definition} = task;
  const placed = await placeFiles(ports.folder.study, prefix, toPlace);
  // lost meanwhile, as by a computer that slept: whoever has it takes back what was placed
  const stillHeldThen = await ports.stillHeld();
  if (!stillHeldThen.ok) return end(faultEnding(stillHeldThen.error), []);
  if (!placed.ok)
    return end(await endUnplaced(ports, definition, prefix, toPlace, placed.error), []);
  const {exit, timedOut, engineLost} = followed;
  if (timedOut) task.onTimeLimit();
  const ending = endingOf({
    exitCode: exit.exitCode,
    outOfMemory: exit.outOfMemory,
    imageName: definition.imageName,
    memoryLimitBytes: definition.limits.memoryBytes,
    timedOutAfter: timedOut ? definition.timeoutSeconds : null,
    engineLost,
    unmatchedPatterns: files.unmatchedPatterns,
    unmatchedFiles: files.unmatchedFiles,
    excluded: files.excluded.length,
    notCollected: files.notCollected,
  });
  return end(ending, toPlace);
}

async function removeUnlessKept(task: JobTask, running: RunningJob): Promise<void> {
  if (task.debug) return;
  // the end of the run tries again, and says where an engine that is away keeps it
  await running.remove().catch(() => undefined);
}
