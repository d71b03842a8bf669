import * as z from 'zod';
import type {RunRecord} from '../run';
import type {QueuedRun, RunStart, UnfinishedRun} from '../runQueue';
import {request} from './request';
import {name, runShare} from './schemas';

/** Runs under way, waiting and past. */
export const runRequests = {
  /** Carries out what was prepared under this id, or says what has changed since; while another run is under way it waits. */
  'runs:start': request({preparedId: name}).answers<RunStart>('text'),
  /** Stops one job, or the whole run without `action`. */
  'runs:cancel': request({runId: name, action: name.nullable()}).answers<null>(),
  /** Lets the run under way go on so; answers what is to be said of it, null for nothing. */
  'runs:adjust': request({runId: name, share: runShare}).answers<string | null>(),
  /** Ids of the runs that the host carries out now. */
  'runs:active': request({}).answers<readonly string[]>(),
  /** Newest first. */
  'runs:list': request({limit: z.int().min(1).max(10_000)}).answers<readonly RunRecord[]>('text'),
  /** What waits, next first. */
  'runs:queue': request({}).answers<readonly QueuedRun[]>('text'),
  /** Takes a waiting run out of the queue. */
  'runs:drop': request({queuedId: name}).answers<readonly QueuedRun[]>('text'),
  /** Puts a waiting run to a place of the queue, from 0. */
  'runs:move': request({
    queuedId: name,
    to: z.int().nonnegative(),
  }).answers<readonly QueuedRun[]>('text'),
  /** The run that was cut off and waits for its engine; null where there is none. */
  'runs:unfinished': request({}).answers<UnfinishedRun | null>(),
  /** Ends the run that waits for its engine: nothing of it is waited for any more. */
  'runs:give-up': request({runId: name}).answers<null>(),
  /**
   * Takes the study from another Study Desk that holds it (`study-busy`), and follows here what that one had running. Should it
   * be alive after all, both may write outputs for a moment.
   */
  'runs:take-over': request({}).answers<null>(),
};
