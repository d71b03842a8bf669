import {z} from 'zod';
import type {LogPage} from '../log';
import {request} from './request';
import {count, name} from './schemas';

/** Stored logs, and which job's lines are sent as they come. */
export const logRequests = {
  'logs:read': request({
    jobId: name,
    fromSeq: count,
    limit: z.int().min(1).max(100_000),
  }).answers<LogPage>(),
  /** Batches of this job only are sent from now on; null follows none. */
  'logs:follow': request({jobId: name.nullable()}).answers<null>(),
};
