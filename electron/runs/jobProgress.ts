import type {Job} from '../../shared/job';
import type {LogLine} from '../../shared/log';
import type {FilledJob} from '../executor/executor';
import {compressLog} from '../logs/storedLog';
import {thrownEnding} from './jobEnding';
import {advanceJob, type JobChange, type JobEnding} from './jobMachine';
import {isoTimeOf, type JobDefinition, type RunPorts} from './runPorts';

/** What carrying out one job takes besides the run's ports. */
export interface JobTask {
  readonly definition: JobDefinition;
  readonly runId: string;
  /** The study's commit at the start of the run. */
  readonly commit: string | null;
  /** Leave the container behind. */
  readonly debug: boolean;
  /** Hands over what of the job was prepared ahead of its turn; null where nothing was. */
  readonly takeAhead: () => Promise<FilledJob | null>;
  /** Absolute path of the attempt's log. */
  readonly logPath: string;
  /** Aborted to stop the job. */
  readonly signal: AbortSignal;
  /** What to say of a job that was stopped. */
  readonly stopped: () => JobEnding;
  /** Takes in each new state; resolves once it is on disk, never rejects. */
  readonly onJob: (job: Job) => Promise<void>;
  /** Called when the command has done what it should and only its files are still to be fetched. */
  readonly onFetching: () => void;
  /** Called for a job that was stopped at its time limit, before its end is. */
  readonly onTimeLimit: () => void;
  /** Called at once at the end, before `onJob` is. */
  readonly onEnded: (job: Job) => void;
  readonly onLines: (firstSeq: number, lines: readonly LogLine[]) => void;
  readonly onNotice: (message: string) => void;
  /** Given what remains to be done once the job's end is known; must not hold up the next job. */
  readonly afterwards: (work: Promise<void>) => void;
}

/** A job on its way, with each step shown. */
export type JobProgress = ReturnType<typeof createJobProgress>;

/** Follows a job from a state on. */
export function createJobProgress(
  first: Job,
  task: JobTask,
  ports: Pick<RunPorts, 'now' | 'stillHeld'>,
) {
  let job = first;
  let knownEnd: string | null = null;
  const progress = {
    job: (): Job => job,
    /** From now on the job counts as ended at this time (ISO 8601 UTC), having ended before anyone of ours looked. */
    endedAt(at: string): void {
      knownEnd = at;
    },
    /** Reports the new state, without waiting for the disk. */
    step(change: JobChange): void {
      job = advanceJob(job, change);
      void task.onJob(job);
    },
    /**
     * Ends the job. What waits for it may start at once; the end is shown when `closing` is done and
     * it is on disk, and `cleaning` follows, none of which holds up the next job.
     */
    end(
      ending: JobEnding,
      closing?: (ended: Job) => Promise<void>,
      cleaning?: (ended: Job) => Promise<void>,
    ): Job {
      const ended = advanceJob(job, {
        kind: 'ended',
        at: knownEnd ?? isoTimeOf(ports.now()),
        ending,
      });
      job = ended;
      task.onEnded(ended);
      const close = async () => {
        try {
          await closing?.(ended);
        } finally {
          await task.onJob(ended);
        }
        await cleaning?.(ended);
        // whoever has the study now writes on in that log
        if ((await ports.stillHeld()).ok) await compressLog(task.logPath);
      };
      task.afterwards(close());
      return ended;
    },
    /** Ends the job on an error that no one foresaw: this job, and no other. */
    fault(error: unknown): Job {
      return progress.end(thrownEnding(error));
    },
  };
  return progress;
}
