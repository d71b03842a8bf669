import {appError, type AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {Executor, FilledJob, PreparedJob, RunningJob} from '../executor/executor';

/**
 * An executor whose jobs go on after `detach`: from then on nothing of it touches a container any more, and whatever is
 * waited for answers, as another process of ours follows the jobs. What it says went wrong is shown as `explain` has it.
 */
export function detachable(
  inner: Executor,
  explain: (error: AppError) => AppError = (error) => error,
) {
  let detached = false;
  let detach: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    detach = () => {
      detached = true;
      resolve();
    };
  });

  const gone = released.then((): Result<never, AppError> => err(followedElsewhere()));
  /** The answer, or that it is not ours any more. */
  const whileOurs = async <A, B>(
    work: () => Promise<Result<A, AppError>>,
    map: (value: A) => B,
  ): Promise<Result<B, AppError>> => {
    const result = await (detached ? gone : Promise.race([work(), gone]));
    return result.ok ? ok(map(result.value)) : err(explain(result.error));
  };
  const same = <T>(value: T): T => value;
  const unlessReleased = async (work: () => Promise<void>): Promise<void> => {
    if (!detached) await work();
  };

  const running = (job: RunningJob): RunningJob => ({
    jobId: job.jobId,
    action: job.action,
    runId: job.runId,
    handle: job.handle,
    imageId: job.imageId,
    logs: (onChunk) =>
      Promise.race([
        released,
        job.logs((stream, chunk, time) => (detached ? undefined : onChunk(stream, chunk, time))),
      ]),
    wait: () => whileOurs(() => job.wait(), same),
    stop: () => unlessReleased(() => job.stop()),
    changes: () => whileOurs(() => job.changes(), same),
    collect: (paths, onFile, signal) => whileOurs(() => job.collect(paths, onFile, signal), same),
    filesRead: async () => (detached ? null : job.filesRead()),
    remove: () => unlessReleased(() => job.remove()),
  });

  const prepared = (job: PreparedJob): PreparedJob => ({
    imageId: job.imageId,
    start: () => whileOurs(() => job.start(), running),
    remove: () => unlessReleased(() => job.remove()),
  });

  const filled = (job: FilledJob): FilledJob => ({
    prepare: (staging, signal) => whileOurs(() => job.prepare(staging, signal), prepared),
    remove: () => unlessReleased(() => job.remove()),
  });

  const executor: Executor = {
    kind: inner.kind,
    status: (signal) => inner.status(signal),
    prepare: (spec, signal) => whileOurs(() => inner.prepare(spec, signal), prepared),
    async prepareAhead(spec, signal) {
      const job = detached ? null : await inner.prepareAhead(spec, signal);
      return job === null ? null : filled(job);
    },
    recover: (studyId) =>
      whileOurs(
        () => inner.recover(studyId),
        (jobs) => jobs.map(running),
      ),
    running: (jobId) => inner.running(jobId),
    foreignJobs: (workspace) => inner.foreignJobs(workspace),
    removeRun: (studyId, runId) => unlessReleased(() => inner.removeRun(studyId, runId)),
    close: () => inner.close(),
  };
  return {executor, detach};
}

function followedElsewhere(): AppError {
  return appError('study-busy', 'Another Study Desk follows this job now.');
}
