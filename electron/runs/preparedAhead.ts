import type {Job} from '../../shared/job';
import type {FilledJob} from '../executor/executor';

/** Jobs that are prepared, as far as they can be, while what they need still runs. */
export type PreparedAhead = ReturnType<typeof createPreparedAhead>;

/** Keeps at most as many jobs prepared as `limit` says then; `prepare` must not reject. */
export function createPreparedAhead(
  limit: () => number,
  prepare: (job: Job, signal: AbortSignal) => Promise<FilledJob | null>,
) {
  const held = new Map<
    string,
    {readonly work: Promise<FilledJob | null>; readonly abort: AbortController}
  >();
  let closed = false;
  const drop = async (jobId: string): Promise<void> => {
    const dropped = held.get(jobId);
    if (dropped === undefined) return;
    held.delete(jobId);
    dropped.abort.abort();
    await (await dropped.work)?.remove();
  };
  const dropAll = async (): Promise<void> => {
    await Promise.all([...held.keys()].map(drop));
  };
  return {
    /** Begins with these, in this order, as far as there is room. */
    begin(jobs: Iterable<Job>): void {
      if (closed || held.size >= limit()) return;
      for (const job of jobs) {
        if (held.has(job.id)) continue;
        const abort = new AbortController();
        held.set(job.id, {work: prepare(job, abort.signal), abort});
        if (held.size >= limit()) return;
      }
    },
    /** Hands over what was prepared of a job that starts now; null where nothing was. */
    async take(jobId: string): Promise<FilledJob | null> {
      const taken = held.get(jobId);
      held.delete(jobId);
      return taken === undefined ? null : taken.work;
    },
    /** Gives up what was prepared of a job that will not start. */
    drop,
    /** Gives up everything that is held now. */
    dropAll,
    /** Gives up everything, and begins with nothing any more. */
    async close(): Promise<void> {
      closed = true;
      await dropAll();
    },
  };
}
