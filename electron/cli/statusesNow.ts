import type {AppError} from '../../shared/errors';
import {ok, type Result} from '../../shared/result';
import {lastJobOf, type ActionStatus} from '../../shared/status';
import type {Study} from '../core/study';

/**
 * The state of every action, with the jobs of runs that have no end yet in place of earlier ones: under way in another
 * process, or cut off. What `status` shows is what queries after `status:` look at.
 */
export async function statusesNow(
  study: Study,
): Promise<Result<readonly ActionStatus[], AppError>> {
  const known = await study.provenance.statuses();
  if (!known.ok) return known;
  const open = await study.runs.open();
  // those that have ended are among the earlier ones already
  const jobs = new Map(
    open
      .flatMap(({run}) => run.jobs)
      .filter(({completedAt}) => completedAt === null)
      .map((job) => [job.action, job]),
  );
  return ok(
    known.value.map((status) => {
      const job = jobs.get(status.action);
      return job === undefined ? status : {...status, lastJob: lastJobOf(job)};
    }),
  );
}
