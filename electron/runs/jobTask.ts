import type {Job} from '../../shared/job';
import type {LogLine} from '../../shared/log';
import type {JobEnding} from './jobMachine';
import type {JobDefinition} from './runPorts';

/** What carrying out one job takes besides the run's ports. */
export interface JobTask {
  readonly definition: JobDefinition;
  readonly runId: string;
  /** The study's commit at the start of the run. */
  readonly commit: string | null;
  /** Leave the container behind. */
  readonly debug: boolean;
  /** Absolute path of the attempt's log. */
  readonly logPath: string;
  /** Aborted to stop the job. */
  readonly signal: AbortSignal;
  /** What to tell of a job that was stopped. */
  readonly stopped: () => JobEnding;
  /** Takes in each new state; resolves once it is on disk, never rejects. */
  readonly onJob: (job: Job) => Promise<void>;
  /** Told when the command has done what it should and only its files are still to be fetched. */
  readonly onFetching: () => void;
  /** Told at once of the end, before `onJob` is. */
  readonly onEnded: (job: Job) => void;
  readonly onLines: (firstSeq: number, lines: readonly LogLine[]) => void;
  readonly onNotice: (message: string) => void;
  /** Given what remains to be done once the job's end is known; must not hold up the next job. */
  readonly afterwards: (work: Promise<void>) => void;
}
