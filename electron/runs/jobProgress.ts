import type {Job} from '../../shared/job';
import {compressLog} from './attemptLog';
import {advanceJob, type JobChange, type JobEnding} from './jobMachine';
import type {JobTask} from './jobTask';
import {isoTimeOf, type RunPorts} from './runPorts';

/** A job on its way, with each step told. */
export interface JobProgress {
  job(): Job;
  /** Tells the new state, without waiting for the disk. */
  step(change: JobChange): void;
  /**
   * Ends the job. What waits for it may start at once; the end is told when `closing` is done and
   * it is on disk, and `cleaning` follows, none of which holds up the next job.
   */
  end(
    ending: JobEnding,
    closing?: (ended: Job) => Promise<void>,
    cleaning?: (ended: Job) => Promise<void>,
  ): Job;
  /** Ends the job on an error that no one foresaw: this job, and no other. */
  fault(error: unknown): Job;
}

/** Follows a job from a state on. */
export function createJobProgress(
  first: Job,
  task: JobTask,
  ports: Pick<RunPorts, 'now'>,
): JobProgress {
  let job = first;
  const progress: JobProgress = {
    job: () => job,
    step(change) {
      job = advanceJob(job, change);
      void task.onJob(job);
    },
    end(ending, closing, cleaning) {
      const ended = advanceJob(job, {kind: 'ended', at: isoTimeOf(ports.now()), ending});
      job = ended;
      task.onEnded(ended);
      const close = async () => {
        try {
          await closing?.(ended);
        } finally {
          await task.onJob(ended);
        }
        await cleaning?.(ended);
        await compressLog(task.logPath);
      };
      task.afterwards(close());
      return ended;
    },
    fault(error) {
      return progress.end({
        statusCode: 'internal_error',
        message: 'Study Desk met an error of its own in this job',
        hint: error instanceof Error ? error.message : String(error),
      });
    },
  };
  return progress;
}
