import type {AppError} from '../../../shared/errors';
import type {Result} from '../../../shared/result';
import type {Executor, FilledJob, PreparedJob, RunningJob} from '../../engine/executor';
import type {Secrets} from '../rules/secrets';

/**
 * The same executor, with the secrets covered in whatever it says went wrong: an engine repeats what it was given, such as
 * addresses, and its words go into logs and records of this computer.
 */
export function coveredExecutor(inner: Executor, secrets: Secrets): Executor {
  const asked = async <A, B>(
    work: Promise<Result<A, AppError>>,
    map: (value: A) => B,
  ): Promise<Result<B, AppError>> => {
    const result = await work;
    return result.ok
      ? {ok: true, value: map(result.value)}
      : {ok: false, error: covered(result.error, secrets)};
  };
  const same = <T>(value: T): T => value;
  const running = (job: RunningJob): RunningJob => ({
    jobId: job.jobId,
    action: job.action,
    runId: job.runId,
    handle: job.handle,
    imageId: job.imageId,
    logs: (onChunk) => job.logs(onChunk),
    wait: () => asked(job.wait(), same),
    stop: () => job.stop(),
    changes: () => asked(job.changes(), same),
    collect: (paths, onFile, signal) => asked(job.collect(paths, onFile, signal), same),
    filesRead: () => job.filesRead(),
    remove: () => job.remove(),
  });
  const prepared = (job: PreparedJob): PreparedJob => ({
    imageId: job.imageId,
    start: () => asked(job.start(), running),
    remove: () => job.remove(),
  });
  const filled = (job: FilledJob): FilledJob => ({
    prepare: (staging, signal) => asked(job.prepare(staging, signal), prepared),
    remove: () => job.remove(),
  });
  return {
    kind: inner.kind,
    status: (signal) => inner.status(signal),
    prepare: (spec, signal) => asked(inner.prepare(spec, signal), prepared),
    async prepareAhead(spec, signal) {
      const job = await inner.prepareAhead(spec, signal);
      return job === null ? null : filled(job);
    },
    recover: (studyId) => asked(inner.recover(studyId), (jobs) => jobs.map(running)),
    foreignJobs: (workspace) => inner.foreignJobs(workspace),
    removeRun: (studyId, runId) => inner.removeRun(studyId, runId),
    close: () => inner.close(),
  };
}

/** An error with the secrets covered in all its texts. */
export function covered(error: AppError, secrets: Secrets): AppError {
  const texts = Object.entries(error).map(([part, value]: [string, unknown]) => [
    part,
    typeof value === 'string' && part !== 'kind' ? secrets.cover(value) : value,
  ]);
  return Object.fromEntries(texts) as AppError; // the same parts
}
