import type {FailureCard, FailureCluster} from '../failure';
import {ofStudy} from './request';
import {name} from './schemas';

/** Why jobs failed, as far as their logs say it in words that are known. */
export const failureRequests = {
  /** Null where the job did not fail, or of something that is not known. */
  why: ofStudy({jobId: name}).answers<FailureCard | null>(),
  /** The failed jobs of a run by their causes. */
  causes: ofStudy({runId: name}).answers<readonly FailureCluster[]>(),
};
