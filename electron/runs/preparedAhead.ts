import type {Job} from '../../shared/job';
import type {FilledJob} from '../executor/executor';

/** Jobs that are prepared, as far as they can be, while what they need still runs. */
export interface PreparedAhead {
  /** Begins with these, in this order, as far as there is room. */
  begin(jobs: Iterable<Job>): void;
  /** Hands over what was prepared of a job that starts now; null where nothing was. */
  take(jobId: string): Promise<FilledJob | null>;
  /** Gives up what was prepared of a job that will not start. */
  drop(jobId: string): Promise<void>;
  /** Gives up everything that is held now. */
  dropAll(): Promise<void>;
  /** Gives up everything, and begins with nothing any more. */
  close(): Promise<void>;
}

/** Keeps at most as many jobs prepared as `limit` says then; `prepare` must not reject. */
export function createPreparedAhead(
  limit: () => number,
  prepare: (job: Job, signal: AbortSignal) => Promise<FilledJob | null>,
): PreparedAhead {
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
    begin(jobs) {
      if (closed || held.size >= limit()) return;
      for (const job of jobs) {
        if (held.has(job.id)) continue;
        const abort = new AbortController();
        held.set(job.id, {work: prepare(job, abort.signal), abort});
        if (held.size >= limit()) return;
      }
    },
    async take(jobId) {
      const taken = held.get(jobId);
      held.delete(jobId);
      return taken === undefined ? null : taken.work;
    },
    drop,
    dropAll,
    async close() {
      closed = true;
      await dropAll();
    },
  };
}
