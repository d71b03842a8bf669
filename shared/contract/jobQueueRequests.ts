import type {JobQueue} from '../jobQueue';
import {request} from './request';

/** This computer as the runner of a job server's queue: off until someone sets it up. Each answers how it then stands. */
export const jobQueueRequests = {
  'serve:state': request({}).answers<JobQueue>('text'),
  /** Asks for the file with the settings; what was chosen is kept. */
  'serve:set-up': request({}).answers<JobQueue>('text'),
  /** Forgets which file that was; the file, and all that the runner keeps, stay. */
  'serve:turn-off': request({}).answers<JobQueue>('text'),
  'serve:start': request({}).answers<JobQueue>('text'),
  /** Jobs that run go on in their containers. */
  'serve:stop': request({}).answers<JobQueue>('text'),
};
