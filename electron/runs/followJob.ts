import {setTimeout as delay} from 'node:timers/promises';
import type {AppError} from '../../shared/errors';
import {appError} from '../../shared/errors';
import type {LogLine} from '../../shared/log';
import {err, ok, type Result} from '../../shared/result';
import {fileSystemError} from '../files/fileSystemError';
import type {Executor, JobExit, RunningJob} from '../engine/executor';
import {openLogWriter, type LogWriter} from './logWriter';

/** How often a lost engine is asked for. */
const ENGINE_ASK_MS = 1000;

/** The engine of a job, as far as it may be lost on the way. */
export interface EngineWatch {
  readonly executor: Executor;
  readonly studyId: string;
  /** Told when the engine has stopped answering, and when it answers again. */
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
  /** Milliseconds left of the job's time limit; null without one. */
  readonly timeLeftMs: number | null;
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
  let engineLost = false;
  const stop = () => {
    // a job that can't be stopped shows in what wait() answers
    running.stop().catch(() => undefined);
  };
  if (options.signal.aborted) stop();
  options.signal.addEventListener('abort', stop);
  const timer =
    options.timeLeftMs === null
      ? null
      : setTimeout(
          () => {
            timedOut = true;
            stop();
          },
          Math.max(0, Math.min(options.timeLeftMs, 2 ** 31 - 1)),
        );
  try {
    for (;;) {
      const ended = await followOnce(running, options);
      if (ended.ok) return ok({...ended.value, running, timedOut, engineLost});
      if (ended.error.kind !== 'no-engine') return ended;
      options.onEngine(false);
      const found = await findAgain(running.jobId, options);
      if (!found.ok) return found;
      running = found.value;
      engineLost = true;
      options.onEngine(true);
      if (options.signal.aborted) stop();
    }
  } finally {
    options.signal.removeEventListener('abort', stop);
    if (timer !== null) clearTimeout(timer);
  }
}

async function followOnce(
  running: RunningJob,
  options: FollowOptions,
): Promise<Result<{readonly exit: JobExit; readonly totalLines: number}, AppError>> {
  let writer: LogWriter;
  try {
    writer = await openLogWriter(options.logPath, options.logTime, options.onLines);
  } catch (error) {
    await running.stop();
    return err(fileSystemError("The job's log could not be written.", error));
  }
  let writeFault: unknown = null;
  const logs = running
    .logs(async (stream, chunk) => {
      if (writeFault !== null) return;
      try {
        await writer.write(stream, chunk);
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
  if (logFault !== null)
    return err(
      appError('no-engine', 'The container engine broke off the log.', {detail: textOf(logFault)}),
    );
  return ok({exit: exit.value, totalLines});
}

/**
 * Waits until the engine answers, however long, and finds the job there again. Only stopping the
 * job ends the wait: giving up would lose a job that may still be there.
 */
async function findAgain(
  jobId: string,
  engine: EngineWatch,
): Promise<Result<RunningJob, AppError>> {
  while (!engine.signal.aborted) {
    const status = await engine.executor.status(AbortSignal.timeout(10_000)).catch(() => null);
    if (status?.state === 'ready') {
      const jobs = await engine.executor.recover(engine.studyId);
      const job = jobs.ok ? jobs.value.find((found) => found.jobId === jobId) : undefined;
      if (job !== undefined) return ok(job);
      if (jobs.ok) return err(jobGone());
    }
    await delay(ENGINE_ASK_MS, undefined, {signal: engine.signal}).catch(() => undefined);
  }
  return err(appError('cancelled', 'The job was stopped while the container engine was down.'));
}

/** How often the engine may be lost over one job's files. */
const LOSSES_AT_MOST = 10;

/** Does something with a job's container, again if the engine was lost meanwhile. */
export async function overEngineLoss<T>(
  first: RunningJob,
  engine: EngineWatch,
  work: (running: RunningJob) => Promise<Result<T, AppError>>,
): Promise<{readonly running: RunningJob; readonly result: Result<T, AppError>}> {
  let running = first;
  for (let losses = 1; ; losses += 1) {
    const result = await work(running);
    // a job that is stopped breaks off too, and an engine that comes back each time will not get further
    const final = result.ok || engine.signal.aborted || losses > LOSSES_AT_MOST;
    if (final || result.error.kind !== 'no-engine') return {running, result};
    engine.onEngine(false);
    const found = await findAgain(running.jobId, engine);
    if (!found.ok) return {running, result: found};
    engine.onEngine(true);
    running = found.value;
  }
}

/** The job can't be found in the engine any more. */
function jobGone(): AppError {
  return appError('job-failed', 'The job is gone from the container engine.', {
    why: 'Its container was removed by something else, or did not survive a restart of the engine.',
    hint: 'Run the action again.',
  });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
