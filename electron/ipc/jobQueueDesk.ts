import type {AppError} from '../../shared/errors';
import type {JobQueue} from '../../shared/jobQueue';
import type {Result} from '../../shared/result';

type Answer = Promise<Result<JobQueue, AppError>>;

/** What requests need of the runner of a job server's queue; each answers how it then stands. */
export interface JobQueueDesk {
  state(): Answer;
  /** Asks for the file with the settings, and keeps which it is. */
  setUp(windowId: number): Answer;
  turnOff(): Answer;
  start(): Answer;
  stop(): Answer;
}
