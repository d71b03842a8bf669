import {type AppError, failWith, appError} from '../../shared/errors';
import type {LogLine} from '../../shared/log';
import {err, ok, type Result} from '../../shared/result';
import {afterAwake} from '../files/afterAwake';
import {fileSystemError} from '../files/fileSystemError';
import type {Executor, JobExit, RunningJob} from '../executor/executor';
import {openLogWriter, type LogWriter} from '../logs/logWriter';
import {isEngineLoss, nextEngineAsk} from './engineLoss';

/** How often an engine that answers again may refuse to describe the job. */
const REFUSALS_AT_MOST = 30;
/** How often a log is asked for again that comes to no end, though the command has. */
const BROKEN_LOGS_AT_MOST = 5;

/** The engine of a job, as far as it may be lost on the way. */
export interface EngineWatch {
  readonly executor: Executor;
  readonly studyId: string;
  /** Called when the engine has stopped answering, and when it answers again. */
  readonly onEngine: (answers: boolean) => void;
  /** Aborted to stop the job. */
  readonly signal: AbortSignal;
}

/** What following a job takes. */
export interface FollowOptions extends EngineWatch {
  /** Absolute path of the attempt's log. */
  readonly logPath: string;
  readonly logTime: () => string;
  readonly onLines: (firstSeq: number, lines: readonly LogLine[]) => void;
  /** Called with the reason why the engine can't give the whole log of a command that has ended. */
  readonly onLogFault: (detail: string) => void;
  /** Milliseconds left of the job's time limit, those of a computer asleep not counted; null without one. */
  readonly timeLeftMs: number | null;
  /** The engine went away already while it started the job. */
  readonly engineLost: boolean;
}

/** A job's command has ended. */
export interface FollowedJob {
  readonly exit: JobExit;
  /** The job as the engine knows it now: another object than before where the engine was lost in between. */
  readonly running: RunningJob;
  readonly timedOut: boolean;
  /** The engine went away while the command ran, and came back. */
  readonly engineLost: boolean;
  readonly totalLines: number;
}

/** Follows log and command of a started job to their end, over restarts of the engine if need be. */
export async function followJob(
  first: RunningJob,
  options: FollowOptions,
): Promise<Result<FollowedJob, AppError>> {
  let running = first;
  let timedOut = false;
  let {engineLost} = options;
  let brokenLogs = 0;
  const stop = () => {
    // a job that can't be stopped shows in what wait() answers
    running.stop().catch(() => undefined);
  };
  if (options.signal.aborted) stop();
  options.signal.addEventListener('abort', stop);
  const callOff =
    options.timeLeftMs === null
      ? null
      : afterAwake(options.timeLeftMs, () => {
          timedOut = true;
          stop();
        });
  try {
    for (;;) {
      const ended = await followOnce(running, options);
      if (ended.ok) {
        const {exit, totalLines, logFault} = ended.value;
        if (logFault !== null) brokenLogs += 1;
        if (logFault === null || brokenLogs > BROKEN_LOGS_AT_MOST) {
          if (logFault !== null) options.onLogFault(logFault);
          return ok({exit, totalLines, running, timedOut, engineLost});
        }
      } else if (ended.error.kind !== 'no-engine') return ended;
      const found = await overLoss(running.jobId, options);
      if (!found.ok) return found;
      if (found.value === null) return err(jobGone());
      running = found.value;
      engineLost ||= !ended.ok;
      if (options.signal.aborted || timedOut) stop();
    }
  } finally {
    options.signal.removeEventListener('abort', stop);
    callOff?.();
  }
}

/** A command that has ended, and why its log came to no end, where it did not. */
interface FollowedOnce {
  readonly exit: JobExit;
  readonly totalLines: number;
  readonly logFault: string | null;
}

async function followOnce(
  running: RunningJob,
  options: FollowOptions,
): Promise<Result<FollowedOnce, AppError>> {
  let writer: LogWriter;
  try {
    writer = await openLogWriter(options.logPath, options.logTime, options.onLines);
  } catch (error) {
    await running.stop();
    return err(fileSystemError("The job's log could not be written.", error));
  }
  let writeFault: unknown = null;
  const logs = running
    .logs(async (stream, chunk, time) => {
      if (writeFault !== null) return;
      try {
        await writer.write(stream, chunk, time);
      } catch (error) {
        // without room for its log a job is of no use: it ends here, and says so
        writeFault = error;
        running.stop().catch(() => undefined);
      }
    })
    .then(
      () => null,
      (error: unknown) => error,
    );
  const exit = await running.wait();
  const logFault = await logs;
  let totalLines = 0;
  try {
    totalLines = (await writer.end()).totalLines;
  } catch (error) {
    writeFault ??= error;
  }
  if (writeFault !== null)
    return err(fileSystemError("The job's log could not be written.", writeFault));
  if (!exit.ok) return exit;
  return ok({
    exit: exit.value,
    totalLines,
    logFault: logFault === null ? null : textOf(logFault),
  });
}

/**
 * Reports that the engine is lost, waits until it answers, however long, and finds the job there again; null where it is
 * not there, or has never begun. Only stopping the job ends the wait: giving up would lose a job that may still be there.
 */
async function overLoss(
  jobId: string,
  engine: EngineWatch,
): Promise<Result<RunningJob | null, AppError>> {
  engine.onEngine(false);
  let refusals = 0;
  while (!engine.signal.aborted) {
    const status = await engine.executor.status(AbortSignal.timeout(10_000)).catch(() => null);
    if (status?.state === 'ready') {
      const jobs = await engine.executor.recover(engine.studyId);
      if (jobs.ok) {
        engine.onEngine(true);
        return ok(jobs.value.find((found) => found.jobId === jobId) ?? null);
      }
      // an engine that answers but can't list its containers may be damaged for good
      if (jobs.error.kind !== 'no-engine') refusals += 1;
      if (refusals === REFUSALS_AT_MOST) {
        engine.onEngine(true);
        return jobs;
      }
    }
    await nextEngineAsk(engine.signal);
  }
  return failWith('cancelled', 'The job was stopped while the container engine was down.');
}

/** Does something with a job's container, again if the engine was lost meanwhile. */
export async function overEngineLoss<T>(
  first: RunningJob,
  engine: EngineWatch,
  work: (running: RunningJob) => Promise<Result<T, AppError>>,
): Promise<{readonly running: RunningJob; readonly result: Result<T, AppError>}> {
  let running = first;
  for (let losses = 1; ; losses += 1) {
    const result = await work(running);
    if (result.ok || !isEngineLoss(result.error, losses, engine.signal)) return {running, result};
    const found = await overLoss(running.jobId, engine);
    if (!found.ok) return {running, result: found};
    if (found.value === null) return {running, result: err(jobGone())};
    running = found.value;
  }
}

/**
 * Starts a job, again from the beginning where the engine was lost meanwhile; but a command that had begun by then is
 * not begun a second time. `lost` says that it was.
 */
export async function startOverEngineLoss(
  jobId: string,
  engine: EngineWatch,
  start: () => Promise<Result<RunningJob, AppError>>,
): Promise<Result<{readonly running: RunningJob; readonly lost: boolean}, AppError>> {
  for (let losses = 1; ; losses += 1) {
    const started = await start();
    if (started.ok) return ok({running: started.value, lost: false});
    if (!isEngineLoss(started.error, losses, engine.signal)) return started;
    const found = await overLoss(jobId, engine);
    if (!found.ok) return found;
    if (found.value !== null) return ok({running: found.value, lost: true});
  }
}

/** The job can't be found in the engine any more. */
function jobGone(): AppError {
  return appError('job-failed', 'The container engine no longer has the job.', {
    why: 'Its container was removed by something else, or did not survive a restart of the engine.',
    hint: 'Run the action again.',
  });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
