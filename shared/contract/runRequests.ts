import * as z from 'zod';
import type {RunRecord} from '../run';
import type {QueuedRun, RunStart, UnfinishedRun} from '../runQueue';
import {ofStudy} from './request';
import {name, runShare} from './schemas';

/** Runs under way, waiting and past. */
export const runRequests = {
  /** Carries out what was prepared under this id, or says what has changed since; while another run is under way it waits. */
  start: ofStudy({preparedId: name}).answers<RunStart>('text'),
  /** Stops one job, or the whole run without `action`. */
  cancel: ofStudy({runId: name, action: name.nullable()}).answers<null>(),
  /** Lets the run under way go on so; answers what is to be said of it, null for nothing. */
  adjust: ofStudy({runId: name, share: runShare}).answers<string | null>(),
  /** Ids of the runs that the host carries out now. */
  active: ofStudy({}).gives<readonly string[]>(),
  /** Newest first. */
  list: ofStudy({limit: z.int().min(1).max(10_000)}).answers<readonly RunRecord[]>('text'),
  /** Runs of commits in checkouts of their own, newest first; none of them is among those of `list`. */
  ofCommits: ofStudy({}).answers<readonly RunRecord[]>('text'),
  /** What waits, next first. */
  queue: ofStudy({}).gives<readonly QueuedRun[]>('text'),
  /** Takes a waiting run out of the queue. */
  drop: ofStudy({queuedId: name}).answers<readonly QueuedRun[]>('text'),
  /** Puts a waiting run to a place of the queue, from 0. */
  move: ofStudy({
    queuedId: name,
    to: z.int().nonnegative(),
  }).answers<readonly QueuedRun[]>('text'),
  /** The run that was cut off and waits for its engine; null where there is none. */
  unfinished: ofStudy({}).gives<UnfinishedRun | null>(),
  /** Ends the run that waits for its engine: nothing of it is waited for any more. */
  giveUp: ofStudy({runId: name}).answers<null>(),
  /**
   * Takes the study from another Study Desk that holds it (`study-busy`), and follows here what that one had running. Should it
   * be alive after all, both may write outputs for a moment.
   */
  takeOver: ofStudy({}).answers<null>(),
};
