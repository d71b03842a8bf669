import type {Job} from '../../shared/job';
import type {FilledJob} from '../engine/executor';

/** Jobs that are prepared, as far as they can be, while what they need still runs. */
export interface PreparedAhead {
  /** Begins with these, in this order, as far as there is room. */
  begin(jobs: readonly Job[]): void;
  /** Hands over what was prepared of a job that starts now; null where nothing was. */
  take(action: string): Promise<FilledJob | null>;
  /** Gives up what was prepared of a job that will not start. */
  drop(action: string): Promise<void>;
}

/** Keeps at most `limit` jobs prepared; `prepare` must not reject. */
export function createPreparedAhead(
  limit: number,
  prepare: (job: Job, signal: AbortSignal) => Promise<FilledJob | null>,
): PreparedAhead {
  const held = new Map<
    string,
    {readonly work: Promise<FilledJob | null>; readonly abort: AbortController}
  >();
  return {
    begin(jobs) {
      for (const job of jobs) {
        if (held.has(job.action)) continue;
        if (held.size >= limit) return;
        const abort = new AbortController();
        held.set(job.action, {work: prepare(job, abort.signal), abort});
      }
    },
    async take(action) {
      const taken = held.get(action);
      held.delete(action);
      return taken === undefined ? null : taken.work;
    },
    async drop(action) {
      const dropped = held.get(action);
      if (dropped === undefined) return;
      held.delete(action);
      dropped.abort.abort();
      await (await dropped.work)?.remove();
    },
  };
}
